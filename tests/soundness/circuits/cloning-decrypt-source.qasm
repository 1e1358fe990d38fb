OPENQASM 3.0;
include "stdgates.inc";
// decrypts A with the key, n = 2
qubit[1] A;
qubit[2] N;
cx A[0], N[0];
cx A[0], N[1];
sdg A[0];
h A[0];
cy A[0], N[0];
cy A[0], N[1];
x A[0];
z A[0];
