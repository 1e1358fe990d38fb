(** A coalition's operators: they commute with Paulis held by others, and a held Pauli is one of them. *)

From Coq Require Import Bool List Arith Lia Ring.
From NoClone Require Import Pauli Vectors.
Import ListNotations.

Section Locality.
Variable K : scalars.
Add Ring K_ring : (is_ring K).
Local Open Scope scalar_scope.

Lemma local_same mask M u v b :
  same (length b) u v -> local (K := K) mask M u b = local mask M v b.
Proof.
  revert M u v b; induction mask as [|m mask IH]; intros M u v b H.
  - destruct b; simpl; rewrite (H _ eq_refl); reflexivity.
  - destruct b as [|x b]; [destruct m; simpl; rewrite (H _ eq_refl); reflexivity|].
    assert (E : forall y, same (length b) (fun r => u (y :: r)) (fun r => v (y :: r)))
      by (intros y r L; apply H; simpl; rewrite L; reflexivity).
    destruct m; simpl; [f_equal|]; apply IH, E.
Qed.

Lemma local_combination mask M x y u v b :
  local (K := K) mask M (fun c => x * u c + y * v c) b = x * local mask M u b + y * local mask M v b.
Proof.
  revert M u v b; induction mask as [|[|] mask IH]; intros M u v [|z b]; simpl; rewrite ?IH; ring.
Qed.

Lemma local_scaled mask M x u b : local (K := K) mask M (fun c => x * u c) b = x * local mask M u b.
Proof. revert M u b; induction mask as [|[|] mask IH]; intros M u [|z b]; simpl; rewrite ?IH; ring. Qed.

Lemma right_zero (a : K) : a + 0 = a. Proof. ring. Qed.
Lemma left_zero (a : K) : 0 + a = a. Proof. ring. Qed.

(** Operators of a coalition add up and scale to operators of that coalition. *)
Lemma local_operators mask x y M N u b :
  local (K := K) mask (fun c d => x * M c d + y * N c d) u b = x * local mask M u b + y * local mask N u b.
Proof.
  revert M N u b; induction mask as [|[|] mask IH]; intros M N u [|z b]; simpl; try ring; [|apply IH].
  rewrite !(IH (fun c d => M (z :: c) (_ :: d)) (fun c d => N (z :: c) (_ :: d))). ring.
Qed.

Lemma local_nothing mask u b : local (K := K) mask (fun _ _ => 0) u b = 0.
Proof. revert u b; induction mask as [|[|] mask IH]; intros u [|z b]; simpl; rewrite ?IH; ring. Qed.

(** An operator of a coalition commutes with every Pauli that is I on the coalition. *)
Theorem local_commutes mask M W u b :
  length mask = length b -> supported (map negb mask) (at_each W) = true ->
  act (K := K) W (local mask M u) b = local mask M (act W u) b.
Proof.
  destruct W as [k a]; simpl. revert M k a u b; induction mask as [|m mask IH]; intros M k [|l a] u [|x b]; simpl;
    intros E S; try discriminate.
  - unfold act; simpl; ring.
  - apply andb_prop in S as [S1 S2]. rewrite act_cons. destruct m; simpl in S1.
    + apply letter_eqb_eq in S1 as ->. cbn [xorb fst snd I andb].
      replace (times k (sign false)) with k by (destruct k as [[|] [|]]; reflexivity).
      transitivity (act (Pauli k a) (fun r => 1 * local mask (fun c d => M (x :: c) (false :: d)) (fun s => u (false :: s)) r
        + 1 * local mask (fun c d => M (x :: c) (true :: d)) (fun s => u (true :: s)) r) b).
      { unfold act; simpl; destruct x; ring. }
      rewrite act_combination, !IH by (auto; lia).
      replace (times k (sign (false && xorb false x))) with k by (destruct k as [[|] [|]]; reflexivity).
      rewrite <- (local_same mask _ (fun r => act (Pauli k (I :: a)) u (false :: r)) (act (Pauli k a) (fun s => u (false :: s)))),
        <- (local_same mask _ (fun r => act (Pauli k (I :: a)) u (true :: r)) (act (Pauli k a) (fun s => u (true :: s)))).
      * ring.
      * intros r _. rewrite act_cons. cbn. destruct k as [[|] [|]]; reflexivity.
      * intros r _. rewrite act_cons. cbn. destruct k as [[|] [|]]; reflexivity.
    + cbn [local]. rewrite <- (local_same mask M (act (Pauli (times k (sign (snd l && xorb (fst l) x))) a)
        (fun r => u (xorb (fst l) x :: r))) (fun r => act (Pauli k (l :: a)) u (x :: r))).
      * rewrite <- IH by (auto; lia). reflexivity.
      * intros r _. rewrite act_cons. reflexivity.
Qed.

(** A Pauli that is I outside the coalition is an operator of the coalition. *)
Theorem held_pauli_is_local mask W :
  supported mask (at_each W) = true ->
  exists M, forall u b, length b = length mask -> act (K := K) W u b = local mask M u b.
Proof.
  destruct W as [k a]; simpl. revert k a; induction mask as [|m mask IH]; intros k [|l a]; simpl; intro S; try discriminate.
  - exists (fun _ _ => value k). intros u [|? ?] E; try discriminate. unfold act; cbn [factor at_each flipped z_parity local]. rewrite value_times; simpl; ring.
  - apply andb_prop in S as [S1 S2]. destruct m; simpl in S1.
    + destruct (IH (times k (sign (snd l && xorb (fst l) false))) a S2) as [M0 H0].
      destruct (IH (times k (sign (snd l && xorb (fst l) true))) a S2) as [M1 H1].
      exists (fun c d => match c, d with
        | x :: c, y :: d => if eqb y (xorb (fst l) x) then (if x then M1 c d else M0 c d) else 0
        | _, _ => 0 end).
      intros u [|x b] E; try discriminate. rewrite act_cons. simpl in E. cbn [local].
      destruct x; [rewrite H1 by lia | rewrite H0 by lia]; destruct (fst l); cbn;
        rewrite local_nothing, ?right_zero, ?left_zero; reflexivity.
    + apply letter_eqb_eq in S1 as ->. destruct (IH k a S2) as [M H]. exists M.
      intros u [|x b] E; try discriminate. rewrite act_cons. cbn [local]. rewrite <- H by (simpl in E; lia).
      cbn. destruct x, k as [[|] [|]]; reflexivity.
Qed.
End Locality.
