(** Scalars without axioms: pairs a + i b over any commutative ring, and so the Gaussian integers. *)

From Coq Require Import Ring ZArith Lia.
From NoClone Require Import Vectors.

Section Pairs.
Variables (A : Type) (a0 a1 : A) (plus times minus : A -> A -> A) (neg : A -> A).
Hypothesis base : ring_theory a0 a1 plus times minus neg eq.
Hypothesis halved : forall a, plus a a = a0 -> a = a0.
Hypothesis distinct : a1 <> a0.
Add Ring base_ring : base.

Definition pair_add (x y : A * A) := (plus (fst x) (fst y), plus (snd x) (snd y)).
Definition pair_mul (x y : A * A) :=
  (minus (times (fst x) (fst y)) (times (snd x) (snd y)), plus (times (fst x) (snd y)) (times (snd x) (fst y))).
Definition pair_opp (x : A * A) := (neg (fst x), neg (snd x)).
Definition pair_sub (x y : A * A) := (minus (fst x) (fst y), minus (snd x) (snd y)).
Definition pair_conj (x : A * A) := (fst x, neg (snd x)).

Ltac pairs := intros; repeat match goal with x : (A * A)%type |- _ => destruct x end;
  cbv [pair_add pair_mul pair_opp pair_sub pair_conj fst snd]; f_equal; ring.

Lemma pair_ring : ring_theory (a0, a0) (a1, a0) pair_add pair_mul pair_sub pair_opp eq.
Proof. split; pairs. Qed.

(** a + i b, with i = (0, 1). *)
Definition pairs : scalars.
Proof.
  refine (Scalars (A * A) (a0, a0) (a1, a0) (a0, a1) pair_add pair_mul pair_sub pair_opp pair_conj pair_ring _ _ _ _ _ _ _);
    try pairs.
  - intros [a b] H. injection H as H1 H2. f_equal; apply halved; assumption.
  - intro H. injection H as H. exact (distinct H).
Defined.
End Pairs.

(** The Gaussian integers: what the guards compute with, and proof that the theorems speak of something. *)
Definition gaussian : scalars.
Proof. refine (pairs Z 0%Z 1%Z Z.add Z.mul Z.sub Z.opp Zth _ _); [intros a H; lia | discriminate]. Defined.
