(** Held operators decide: what they show about states, positive and negative, for any encoder. *)

From Coq Require Import Bool List Arith Lia Ring.
From NoClone Require Import Pauli Family Vectors Locality States.
Import ListNotations.

Section Verdicts.
Variable K : scalars.
Add Ring K_ring : (is_ring K).
Local Open Scope scalar_scope.
Variables (n : nat) (w : K) (V : qubit K -> vector K).
Hypothesis E : encoder K n w V.

Notation carries := (carries K n V).
Notation held := (held K n V).
Notation overlap := (overlap K).
Notation apply := (apply K).
Notation basis := (basis K).
Notation joined := (joined K).

Lemma half (a : K) : (1 + 1) * a = 0 -> a = 0.
Proof. intro H. apply two_regular. rewrite <- H. ring. Qed.

(** w is not zero. *)
Lemma weight_not_zero : w <> 0.
Proof. intro H. apply (one_not_zero K). apply (regular _ _ _ _ E). rewrite H; ring. Qed.

Lemma minus_itself (a : K) : a = - a -> a = 0.
Proof. intro H. apply two_regular. rewrite H at 1. ring. Qed.

(** Carriers of X and Z anticommute. *)
Lemma carriers_anticommute WX WZ :
  carries WX X -> carries WZ Z -> anticommute (at_each WX) (at_each WZ) = true.
Proof.
  intros [LX [_ AX]] [LZ [_ AZ]]. destruct (anticommute (at_each WX) (at_each WZ)) eqn:A; [reflexivity|]. exfalso.
  assert (Zero : same n (V (basis false)) (fun _ => 0)).
  { intros b L. apply minus_itself.
    assert (H1 : act WX (act WZ (V (basis true))) b = V (apply X (apply Z (basis true))) b).
    { rewrite <- AX by exact L. apply (act_same K n); [apply AZ | exact L]. }
    assert (H2 : act WZ (act WX (V (basis true))) b = V (apply Z (apply X (basis true))) b).
    { rewrite <- AZ by exact L. apply (act_same K n); [apply AX | exact L]. }
    rewrite <- act_multiply in H1, H2 by lia.
    rewrite (multiply_swapped WX WZ), A, act_scaled in H1 by lia. rewrite H2 in H1. cbn [value sign] in H1.
    rewrite (V_split K n w V E (apply X _)), (V_split K n w V E (apply Z _)) in H1 by exact L. cbn in H1.
    ring_simplify in H1. exact H1. }
  apply weight_not_zero. transitivity (w * overlap (basis false) (basis false)).
  - unfold States.overlap; cbn. rewrite conj_one, conj_zero. ring.
  - rewrite <- (isometric _ _ _ _ E). rewrite (inner_same K n _ (fun _ => 0) _ (fun _ => 0) Zero Zero).
    unfold inner. rewrite (sum_same K n _ (fun b => 0 * 0 + 0 * 0)) by (intros; ring). rewrite sum_combination. ring.
Qed.

(** A coalition that holds carriers of X and Z recovers every input, and by an isometry. *)
Theorem holds_all_recovers_isometrically mask :
  length mask = n -> held mask X -> held mask Z -> recovers_isometrically K n V mask.
Proof.
  intros N [WX [SX CX]] [WZ [SZ CZ]]. pose proof (carriers_anticommute _ _ CX CZ) as A.
  destruct (decoder_is_local K WX WZ mask SX SZ) as [M H]. rewrite N in H.
  exists M. split.
  - intros u v. rewrite <- (decoder_isometric K n V WX WZ CX CZ A u v). apply inner_same; intros b L; symmetry; apply H, L.
  - exists (fun b => (1 + 1) * V (basis false) b). split.
    + intro Z0. apply weight_not_zero. transitivity (w * overlap (basis false) (basis false)).
      * unfold States.overlap; cbn. rewrite conj_one, conj_zero. ring.
      * rewrite <- (isometric _ _ _ _ E).
        assert (Zero : same n (V (basis false)) (fun _ => 0)) by (intros b L; apply half, Z0, L).
        rewrite (inner_same K n _ (fun _ => 0) _ (fun _ => 0) Zero Zero).
        unfold inner. rewrite (sum_same K n _ (fun b => 0 * 0 + 0 * 0)) by (intros; ring). rewrite sum_combination. ring.
    + intros p b L. rewrite <- H by exact L. apply (decoder_restores K n w V E WX WZ CX CZ), L.
Qed.

Lemma isometrically_recovers mask : recovers_isometrically K n V mask -> recovers K n V mask.
Proof. intros [M [_ [junk R]]]. exists M, junk. exact R. Qed.

(** So it recovers. *)
Theorem holds_all_recovers mask : length mask = n -> held mask X -> held mask Z -> recovers K n V mask.
Proof. intros. apply isometrically_recovers, holds_all_recovers_isometrically; assumption. Qed.

(** If somebody else holds a carrier of some L, the coalition cannot recover: no operator on it and an ancilla does. *)
Theorem rest_holds_not_recovers mask L :
  length mask = n -> L <> I -> held (map negb mask) L -> ~ recovers K n V mask.
Proof.
  intros N D [W [Sup [LW [HW C]]]] [M [junk [J R]]]. apply J. intros b Lb.
  assert (F : forall p x, apply L p x * junk b = p x * act W junk b).
  { intros p x. change (joined (apply L p) junk (x :: b) = joined p (act W junk) (x :: b)).
    rewrite <- R by (simpl; lia).
    assert (T : forall q u c, length c = S n -> act (Pauli (factor W) (I :: at_each W)) (joined q u) c = joined q (act W u) c).
    { intros q u [|y c] Hc; [discriminate|]. rewrite act_cons. unfold act, States.joined; cbn [factor at_each].
      rewrite !value_times. destruct y; cbn; ring. }
    rewrite <- T by (simpl; lia).
    rewrite <- (act_same K (S n) _ _ _ (R p)) by (simpl; lia).
    rewrite local_commutes by (simpl; try rewrite N, Lb; auto).
    apply local_same. intros [|y c] Hc; [discriminate|]. rewrite T by (simpl in *; lia). unfold States.joined.
    rewrite C by (simpl in *; lia). reflexivity. }
  pose proof (i_squared K) as ii. destruct L as [[|] [|]]; [| | |destruct (D eq_refl)].
  - specialize (F (basis false) true). cbn in F. apply (cancel_i K). ring_simplify. ring_simplify in F. exact F.
  - specialize (F (basis false) true). cbn in F. ring_simplify in F. exact F.
  - pose proof (F (basis false) false) as F0. pose proof (F (basis true) true) as F1. cbn in F0, F1.
    apply minus_itself. ring_simplify in F0. ring_simplify in F1. rewrite F0 at 1. symmetry. exact F1.
Qed.

Lemma overlap_basis x q : overlap (basis x) q = q x.
Proof. unfold States.overlap, States.basis. destruct x; cbn [eqb]; rewrite conj_one, conj_zero; ring. Qed.

(** A nonzero multiple of L, other than I, is no multiple of 1. *)
Lemma not_a_multiple L c :
  L <> I -> ~ (forall p q, w * overlap p (apply L q) = c * overlap p q).
Proof.
  intros D H. apply weight_not_zero. pose proof (i_squared K) as ii.
  assert (F : forall x y, w * apply L (basis y) x = c * basis y x) by (intros x y; rewrite <- !overlap_basis; apply H).
  pose proof (F false true) as F01. pose proof (F false false) as F00. pose proof (F true true) as F11.
  destruct L as [[|] [|]]; [| | |destruct (D eq_refl)]; cbn [States.apply States.basis eqb negb] in F00, F01, F11.
  - apply (cancel_i K). transitivity (- (w * - (i * 1))); [ring|]. rewrite F01. ring.
  - transitivity (w * 1); [ring|]. rewrite F01. ring.
  - apply minus_itself. transitivity (w * 1); [ring|]. rewrite F00, <- F11. ring.
Qed.

(** A coalition that holds a carrier of some L is not one that learns nothing. *)
Theorem holds_not_hides mask L : length mask = n -> L <> I -> held mask L -> ~ hides K n V mask.
Proof.
  intros N D H Hide. destruct (held_measures K n w V E mask L N H) as [M HM]. destruct (Hide M) as [c Hc].
  apply (not_a_multiple L c D). intros p q. rewrite <- HM. apply Hc.
Qed.

(** Nor does a coalition that leaks hide. *)
Theorem leaks_not_hides mask L : leaks_exactly K n w V mask L -> ~ hides K n V mask.
Proof.
  intros [D [_ [M HM]]] Hide. destruct (Hide M) as [c Hc].
  apply (not_a_multiple L c D). intros p q. rewrite <- HM. apply Hc.
Qed.

(** A coalition that holds a carrier of some L leaks no other component alone. *)
Theorem holds_leaks_no_other mask L L' :
  length mask = n -> L <> I -> held mask L -> leaks_exactly K n w V mask L' -> L = L'.
Proof.
  intros N D H [D' [All _]]. destruct (held_measures K n w V E mask L N H) as [M HM]. destruct (All M) as [c [d Hcd]].
  assert (F : forall x y, (1 + 1) * (w * apply L (basis y) x) = c * basis y x + d * apply L' (basis y) x).
  { intros x y. rewrite <- !overlap_basis, <- HM. apply Hcd. }
  pose proof (F false true) as F01. pose proof (F false false) as F00. pose proof (F true true) as F11.
  pose proof (F true false) as F10. pose proof (i_squared K) as ii.
  destruct L as [[|] [|]], L' as [[|] [|]]; try reflexivity; try destruct (D eq_refl); try destruct (D' eq_refl);
    exfalso; apply weight_not_zero; cbn [States.apply States.basis eqb negb] in F00, F01, F10, F11; apply half.
  - (* Y held, X leaked *) apply minus_itself, (cancel_i K).
    transitivity (- ((1 + 1) * (w * - (i * 1)))); [ring|]. rewrite F01. transitivity (- (c * 1 + d * 1) + c * 1 - c * 0); [ring|].
    transitivity (- ((1 + 1) * (w * (i * 1))) + c * 0 - c * 0); [|ring]. rewrite F10. ring.
  - (* Y held, Z leaked *) apply (cancel_i K). transitivity (- ((1 + 1) * (w * - (i * 1)))); [ring|]. rewrite F01. ring.
  - (* X held, Y leaked *) apply minus_itself. transitivity ((1 + 1) * (w * 1)); [ring|]. rewrite F01.
    transitivity (- ((1 + 1) * (w * 1))); [|ring]. rewrite F10. ring.
  - (* X held, Z leaked *) transitivity ((1 + 1) * (w * 1)); [ring|]. rewrite F01. ring.
  - (* Z held, Y leaked *) apply minus_itself. transitivity ((1 + 1) * (w * 1)); [ring|]. rewrite F00.
    transitivity ((1 + 1) * (w * - (1))); [|ring]. rewrite F11. ring.
  - (* Z held, X leaked *) apply minus_itself. transitivity ((1 + 1) * (w * 1)); [ring|]. rewrite F00.
    transitivity ((1 + 1) * (w * - (1))); [|ring]. rewrite F11. ring.
Qed.

Ltac by_equation F :=
  match type of F with
  | ?l = ?r => first [transitivity l; [ring | rewrite F; ring] | transitivity r; [ring | rewrite <- F; ring]]
  end.

(** If somebody else holds a carrier of an L that anticommutes with L', the coalition does not leak L'. *)
Theorem rest_holds_not_leaks mask L L' :
  length mask = n -> letters_anticommute L L' = true -> held (map negb mask) L -> ~ leaks_exactly K n w V mask L'.
Proof.
  intros N D H [_ [_ [M HM]]]. apply weight_not_zero. pose proof (i_squared K) as ii.
  assert (F : forall p q, w * overlap (apply L p) (apply L' q) = w * overlap p (apply L' (apply L q))).
  { intros p q. rewrite <- !HM. apply (B_moves K n V mask M L p q N H). }
  pose proof (F (basis false) (basis false)) as F00. pose proof (F (basis false) (basis true)) as F01.
  unfold States.overlap in F00, F01.
  destruct L as [[|] [|]], L' as [[|] [|]]; try discriminate D;
    cbn [States.apply States.basis eqb negb] in F00, F01; rewrite ?conj_opp, ?conj_mul, ?conj_i, ?conj_one, ?conj_zero in F00, F01.
  all: apply minus_itself; first [by_equation F01 | by_equation F00 | apply (cancel_i K); by_equation F01 | apply (cancel_i K); by_equation F00].
Qed.

(** After a recovery the secret is on the ancilla and nowhere else: whatever acts on all n positions together, it sees
    the same for every input. *)
Theorem nothing_left_behind junk M p q mask :
  inner (1 + n) (joined p junk) (local (false :: mask) M (joined q junk)) = overlap p q * inner n junk (local mask M junk).
Proof.
  cbn [inner sum Nat.add]. unfold inner; cbn [sum]. unfold States.overlap.
  assert (T : forall x b, local (false :: mask) M (joined q junk) (x :: b) = q x * local mask M junk b)
    by (intros; cbn [local]; unfold States.joined; apply local_scaled).
  transitivity (conj (p false) * q false * sum n (fun b => conj (junk b) * local mask M junk b) + conj (p true) * q true *
    sum n (fun b => conj (junk b) * local mask M junk b)); [|ring]. f_equal.
  - transitivity (sum n (fun b => conj (p false) * q false * (conj (junk b) * local mask M junk b) + 0 * 0)).
    + apply sum_same. intros b _. rewrite T. unfold States.joined. rewrite conj_mul. ring.
    + rewrite sum_combination. ring.
  - transitivity (sum n (fun b => conj (p true) * q true * (conj (junk b) * local mask M junk b) + 0 * 0)).
    + apply sum_same. intros b _. rewrite T. unfold States.joined. rewrite conj_mul. ring.
    + rewrite sum_combination. ring.
Qed.
End Verdicts.
