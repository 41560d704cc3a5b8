! SPDX-License-Identifier: Apache-2.0
! Fact: random_number goes on with its sequence, and double precision with its last bit.
program randoms
  implicit none
  real(8) :: x, s
  integer :: step
  call random_init(.true., .true.)
  s = 0
  do step = 1, 5
    call checkpoint_place
    call random_number(x)
    s = sqrt(s + x) * 1.1d0
    print '(f20.17,1x,f20.17)', x, s
  end do
end program randoms
