OPENQASM 3.0;
include "stdgates.inc";
// the classical cloner: right for |0> and |1>, and for nothing else
qubit A;
qubit B;
cx A, B;
