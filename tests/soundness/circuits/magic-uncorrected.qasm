OPENQASM 3.0;
include "stdgates.inc";
// a T gate by injection, without its correction
qubit A;
qubit T0;
bit R;
h T0;
t T0;
cx A, T0;
R = measure T0;
