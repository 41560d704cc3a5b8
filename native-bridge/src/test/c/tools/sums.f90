! SPDX-License-Identifier: Apache-2.0
! As counts.c, in Fortran: formatted output across CALL CKPT_AND_EXIT.
program sums
  implicit none
  character(16) :: word
  integer :: i, every
  every = 2000
  if (command_argument_count() == 1) then
    call get_command_argument(1, word)
    read (word, *) every
  end if
  do i = 1, 2000
    write (*, '(i0)') i
    flush (6)
    if (mod(i, every) == 0) call ckpt_and_exit
  end do
  call exit(7)
end program
