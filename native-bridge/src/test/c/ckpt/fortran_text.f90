! SPDX-License-Identifier: Apache-2.0
! Fact: a line begun with advance='no' is ended, and internal files and complex numbers work.
program text
  implicit none
  character(40) :: line
  complex(8) :: z
  integer :: step
  z = (1d0, 1d0)
  do step = 1, 5
    write (*, '(a,i0)', advance='no') 'step ', step
    call checkpoint_place
    z = z * (0.5d0, 0.75d0) + step
    write (line, '(2f12.8)') z
    print '(a)', trim(line)
  end do
end program text
