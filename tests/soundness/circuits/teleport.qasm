OPENQASM 3.0;
include "stdgates.inc";
// the sender's part of teleportation: M[0] tells of Z, M[1] of X
qubit A;
qubit E;
qubit B;
bit[2] M;
h E;
cx E, B;
cx A, E;
h A;
M[0] = measure A;
M[1] = measure E;
