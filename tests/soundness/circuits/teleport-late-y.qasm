OPENQASM 3.0;
include "stdgates.inc";
// iY = ZX for both bits, but X alone and Z alone exchanged for Y
qubit B;
bit[2] M;
if (M[1]) { y B; }
if (M[0]) { z B; }
