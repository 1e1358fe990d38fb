(** The complex numbers as pairs of Coq's real numbers. Apart from the main part: the reals rest on Coq's axioms. *)

From Coq Require Import Reals Lra.
From NoClone Require Import Vectors Gaussian.

Definition complex : scalars.
Proof. refine (pairs R 0%R 1%R Rplus Rmult Rminus Ropp RTheory _ _); [intros a H; lra | exact R1_neq_R0]. Defined.
