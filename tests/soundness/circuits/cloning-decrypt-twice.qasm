OPENQASM 3.0;
include "stdgates.inc";
// decrypts S[0], then S[1] with the same key
qubit[2] S;
qubit[2] N;
