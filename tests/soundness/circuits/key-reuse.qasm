OPENQASM 3.0;
include "stdgates.inc";
// the quantum one-time pad with one key for two qubits
qubit[2] A;
qubit[2] P;
bit[2] K;
h P;
K = measure P;
if (K[0]) { x A[0]; x A[1]; }
if (K[1]) { z A[0]; z A[1]; }
