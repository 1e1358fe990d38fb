OPENQASM 3.0;
include "stdgates.inc";
// the optimal phase-covariant cloner 1 to 2: |0> to |00>, |1> to (|01> + |10>)/sqrt(2)
qubit A;
qubit B;
ch A, B;
cx B, A;
