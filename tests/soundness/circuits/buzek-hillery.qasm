OPENQASM 3.0;
include "stdgates.inc";
// the optimal universal cloner 1 to 2 on A and B: B C start in (2|00> + |01> + |11>)/sqrt(6)
qubit A;
qubit B;
qubit C;
ry(0.84106867056793) B;
ry(0.9272952180016122) C;
cry(2.214297435588181) B, C;
cx A, B;
cx A, C;
cx B, A;
cx C, A;
