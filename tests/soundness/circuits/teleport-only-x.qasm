OPENQASM 3.0;
include "stdgates.inc";
qubit B;
bit[2] M;
if (M[1]) { x B; }
