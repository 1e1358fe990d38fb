(** At most one recovery, for any encoder whatever: no Paulis, no circuit, only linearity and inner products.

    Two coalitions with nothing in common act on different places, so it does not matter who acts first. If both could
    bring the input onto ancillas of their own, the input would end on two ancillas at once. *)

From Coq Require Import Bool List Arith Lia Ring.
From NoClone Require Import Pauli Vectors Locality States Verdicts.
Import ListNotations.

Section OnlyOne.
Variable K : scalars.
Add Ring K_ring : (is_ring K).
Local Open Scope scalar_scope.

(** Operators of coalitions with nothing in common commute. *)
Theorem disjoint_operators_commute m m' M N u b :
  disjoint m m' = true -> length b = length m ->
  local (K := K) m M (local m' N u) b = local m' N (local m M u) b.
Proof.
  revert m' M N u b; induction m as [|h m IH]; intros [|h' m'] M N u b D L; try discriminate.
  - destruct b; [cbn; ring | discriminate].
  - destruct b as [|x b]; [discriminate|]. cbn [disjoint] in D. apply andb_prop in D as [D1 D2]. cbn [length] in L.
    assert (Step : forall M' N' v, local m M' (local m' N' v) b = local m' N' (local m M' v) b) by (intros; apply IH; [exact D2 | lia]).
    destruct h, h'; cbn in D1; try discriminate; cbn [local].
    + rewrite !Step. symmetry.
      transitivity (local m' N (fun r => 1 * local m (fun c d => M (x :: c) (false :: d)) (fun s => u (false :: s)) r
        + 1 * local m (fun c d => M (x :: c) (true :: d)) (fun s => u (true :: s)) r) b).
      * apply local_same. intros r _. ring.
      * rewrite local_combination. ring.
    + rewrite <- !Step.
      transitivity (local m M (fun r => 1 * local m' (fun c d => N (x :: c) (false :: d)) (fun s => u (false :: s)) r
        + 1 * local m' (fun c d => N (x :: c) (true :: d)) (fun s => u (true :: s)) r) b).
      * apply local_same. intros r _. ring.
      * rewrite local_combination. ring.
    + apply Step.
Qed.

Lemma inner_joined n p q (u v : vector K) :
  inner (1 + n) (joined K p u) (joined K q v) = overlap K p q * inner n u v.
Proof.
  cbn [Nat.add]. unfold inner, overlap; cbn [sum]. unfold joined.
  rewrite (sum_same K n (fun b => conj (p false * u b) * (q false * v b)) (fun b => conj (p false) * q false * (conj (u b) * v b) + 0 * 0))
    by (intros; rewrite conj_mul; ring).
  rewrite (sum_same K n (fun b => conj (p true * u b) * (q true * v b)) (fun b => conj (p true) * q true * (conj (u b) * v b) + 0 * 0))
    by (intros; rewrite conj_mul; ring).
  rewrite !sum_combination. ring.
Qed.

(** Whatever the encoder, two coalitions with nothing in common do not both recover. *)
Theorem never_two_recoveries n w V m m' :
  encoder K n w V -> length m = n -> length m' = n -> disjoint m m' = true ->
  recovers_isometrically K n V m -> ~ recovers_isometrically K n V m'.
Proof.
  intros E Lm Lm' D [M [IM [junk [_ RM]]]] [N [IN [junk' [_ RN]]]].
  assert (half : forall a : K, (1 + 1) * a = 0 -> a = 0).
  { intros a H. apply two_regular. rewrite <- H. ring. }
  set (zero_q := basis K false) in *.
  (* the two orders of acting on |0>|0> V p *)
  assert (Both : forall p x y b, length b = n ->
    p x * local (true :: m') N (joined K zero_q junk) (y :: b) = p y * local (true :: m) M (joined K zero_q junk') (x :: b)).
  { intros p x y b Lb.
    set (start := joined K zero_q (joined K zero_q (V p))).
    assert (First : same (S (S n)) (local (true :: false :: m) M start)
      (fun c => match c with x :: r => p x * joined K zero_q junk r | [] => 0 end)).
    { intros [|z [|z' c]] Lc; try discriminate. cbn [length] in Lc. cbn [local]. unfold start, joined at 1 2.
      pose proof (RM p (z :: c) ltac:(simpl; lia)) as R. cbn [local] in R. unfold joined at 1 2 3 in R.
      rewrite !local_scaled in R.
      rewrite (local_same K m _ (fun r => zero_q false * joined K zero_q (V p) (z' :: r)) (fun r => zero_q z' * (zero_q false * V p r))) by (intros r _; unfold joined; ring).
      rewrite (local_same K m _ (fun r => zero_q true * joined K zero_q (V p) (z' :: r)) (fun r => zero_q z' * (zero_q true * V p r))) by (intros r _; unfold joined; ring).
      rewrite !local_scaled. unfold joined. transitivity (zero_q z' * (p z * junk c)); [|ring]. rewrite <- R. unfold zero_q. ring. }
    assert (Second : same (S (S n)) (local (false :: true :: m') N start)
      (fun c => match c with x :: r => zero_q x * joined K p junk' r | [] => 0 end)).
    { intros [|z c] Lc; try discriminate. cbn [length] in Lc. cbn [local]. unfold start, joined at 1.
      change (local (true :: m') N (fun r => zero_q z * joined K zero_q (V p) r) c = zero_q z * joined K p junk' c).
      rewrite local_scaled, RN by lia. reflexivity. }
    pose proof (disjoint_operators_commute (false :: true :: m') (true :: false :: m) N M start (x :: y :: b)) as C.
    cbn [disjoint andb negb] in C.
    assert (D' : disjoint m' m = true).
    { clear -D. revert m' D; induction m as [|h m IH]; intros [|h' m'] D; try discriminate; [reflexivity|].
      cbn [disjoint] in *. apply andb_prop in D as [D1 D2]. rewrite IH by exact D2. destruct h, h'; try discriminate; reflexivity. }
    specialize (C D' ltac:(simpl; lia)).
    rewrite (local_same K (false :: true :: m') N _ _ (x :: y :: b)
      (fun c Lc => First c ltac:(simpl in Lc; lia))) in C.
    rewrite (local_same K (true :: false :: m) M _ _ (x :: y :: b)
      (fun c Lc => Second c ltac:(simpl in Lc; lia))) in C.
    change (local (true :: m') N (fun r => p x * joined K zero_q junk r) (y :: b)
      = local (true :: false :: m) M (fun c => match c with x :: r => zero_q x * joined K p junk' r | [] => 0 end) (x :: y :: b)) in C.
    rewrite local_scaled in C. rewrite C. cbn [local].
    rewrite (local_same K m _ (fun r => zero_q false * joined K p junk' (y :: r)) (fun r => p y * (zero_q false * junk' r))) by (intros r _; unfold joined; ring).
    rewrite (local_same K m _ (fun r => zero_q true * joined K p junk' (y :: r)) (fun r => p y * (zero_q true * junk' r))) by (intros r _; unfold joined; ring).
    rewrite !local_scaled. unfold joined. rewrite !local_scaled. ring. }
  (* so whoever acts second destroys the vector, which an isometry cannot *)
  assert (Gone : same (1 + n) (local (true :: m') N (joined K zero_q junk)) (fun _ => 0)).
  { intros [|y b] L; [discriminate|]. cbn [length Nat.add] in L. destruct y.
    - transitivity (basis K false false * local (true :: m') N (joined K zero_q junk) (true :: b)).
      + unfold basis at 1. cbn [eqb]. ring.
      + rewrite (Both (basis K false) false true b ltac:(lia)). unfold basis at 1. cbn [eqb]. ring.
    - transitivity (basis K true true * local (true :: m') N (joined K zero_q junk) (false :: b)).
      + unfold basis at 1. cbn [eqb]. ring.
      + rewrite (Both (basis K true) true false b ltac:(lia)). unfold basis at 1. cbn [eqb]. ring. }
  assert (one_q : overlap K zero_q zero_q = 1).
  { unfold overlap, zero_q, basis; cbn [eqb]. rewrite conj_one, conj_zero. ring. }
  assert (J : inner n junk junk = 0).
  { pose proof (IN (joined K zero_q junk) (joined K zero_q junk)) as H.
    rewrite (inner_same K (1 + n) _ _ _ _ Gone Gone), inner_joined, one_q in H.
    apply half, half. transitivity ((1 + 1) * (1 + 1) * (1 * inner n junk junk)); [ring|]. rewrite <- H.
    unfold inner. rewrite (sum_same K (1 + n) _ (fun b => 0 * 0 + 0 * 0)) by (intros; rewrite conj_zero; ring).
    rewrite (sum_combination K (1 + n) 0 0 (fun _ => 0) (fun _ => 0)). ring. }
  apply (weight_not_zero K n w V E). apply half, half.
  pose proof (IM (joined K zero_q (V zero_q)) (joined K zero_q (V zero_q))) as H.
  rewrite (inner_same K (1 + n) _ _ _ _ (RM zero_q) (RM zero_q)), !inner_joined, J, (isometric _ _ _ _ E), one_q in H.
  transitivity ((1 + 1) * (1 + 1) * (1 * (w * 1))); [ring|]. rewrite <- H. ring.
Qed.
End OnlyOne.
