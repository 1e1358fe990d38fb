OPENQASM 3.0;
include "stdgates.inc";
// the two bits read in the other order
qubit B;
bit[2] M;
if (M[0]) { x B; }
if (M[1]) { z B; }
