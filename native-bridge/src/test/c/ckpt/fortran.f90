! SPDX-License-Identifier: Apache-2.0
! Fact: formatted, direct and scratch files, arrays, and CALL CKPT of a Fortran program.
program steps
  use iso_c_binding
  implicit none
  interface
    subroutine checkpoint_place() bind(c, name="checkpoint_place")
    end subroutine
  end interface
  integer :: step, i, got
  real(8) :: x(1000), total
  character(len=40) :: line
  open(unit=10, file='out.txt', form='formatted', status='replace')
  open(unit=11, status='scratch', form='unformatted')
  open(unit=12, file='direct.dat', access='direct', recl=8, form='unformatted', status='replace')
  x = 1.0d0
  do step = 1, 5
    do i = 1, 1000
      x(i) = x(i) * 1.01d0 + sin(dble(i * step))
    end do
    write(10, '(a,i3,f20.10)') 'step', step, sum(x)
    write(11) step * 7
    write(12, rec=step) sum(x)
    call checkpoint_place()
    print '(a,i3,f22.12)', 'step ', step, sum(x)
  end do
  rewind(10)
  do step = 1, 5
    read(10, '(a)') line
    print '(a)', trim(line)
  end do
  rewind(11)
  do step = 1, 5
    read(11) got
    read(12, rec=step) total
    print '(i5,f20.8)', got, total
  end do
end program
