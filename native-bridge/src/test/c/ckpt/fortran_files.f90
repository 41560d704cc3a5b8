! SPDX-License-Identifier: Apache-2.0
! Fact: sequential and direct access units keep their positions and records.
program files
  implicit none
  integer :: step, n, got
  open (10, file='sequential', status='replace')
  open (11, file='direct', status='replace', access='direct', recl=8)
  do step = 1, 5
    call checkpoint_place
    write (10, '(i0,a)') step * 11, ' line'
    write (11, rec=step) step * 7, step
  end do
  rewind (10)
  do step = 1, 5
    read (10, *) n
    read (11, rec=6 - step) got
    print '(i0,1x,i0)', n, got
  end do
end program files
