! SPDX-License-Identifier: Apache-2.0
! Fact: allocatable arrays, common blocks and saved variables keep their values and grow on.
program arrays
  implicit none
  real(8), allocatable :: a(:)
  integer :: step, shared
  common /block/ shared
  allocate (a(1000))
  a = 1.5d0
  shared = 3
  do step = 1, 5
    call checkpoint_place
    a = [a, a(1:100) * step]
    shared = shared + size(a)
    print '(f14.3,1x,i0,1x,i0)', sum(a), shared, counter()
  end do
contains
  integer function counter()
    integer, save :: calls = 0
    calls = calls + 1
    counter = calls
  end function counter
end program arrays
