(** Claims about a uniform protocol on Bell pairs, such as hides S[i] N[*-j], for infinitely many n.

    A few pairs are singled out (by the claim's letters or numbers), all others are alike. So a claim shown at n, with some
    pair that is not singled out, holds at n + 2, n + 4, ..., whichever pairs are singled out. *)

From Coq Require Import Bool List Arith Lia Permutation String.
From NoClone Require Import Pauli Family Classification Vectors Locality States Verdicts FamilyStates Uniform Checker Reading EveryN.
Import ListNotations.
Local Open Scope list_scope.

(** ** Coalitions of a claim *)

(** [*], the l-th pair singled out, or all but that pair. *)
Inductive index := Every | Only (l : nat) | AllBut (l : nat).

(** The source; of those pairs the first part (S), or the second (N). *)
Inductive item := Source | First (x : index) | Second (x : index).

(** Whether an index covers pair j, the singled-out pairs being [vs]. *)
Definition covers (vs : list nat) (j : nat) (x : index) : bool :=
  match x with
  | Every => true
  | Only l => match nth_error vs l with Some v => j =? v | None => false end
  | AllBut l => match nth_error vs l with Some v => negb (j =? v) | None => true end
  end.

Definition kind_of (s t : bool) : kind :=
  match s, t with true, true => both | true, false => only_s | false, true => only_n | false, false => neither end.

Definition kind_by (covered : index -> bool) (items : list item) : kind :=
  kind_of (existsb (fun y => match y with First x => covered x | _ => false end) items)
          (existsb (fun y => match y with Second x => covered x | _ => false end) items).

Definition holds_source (items : list item) : bool :=
  existsb (fun y => match y with Source => true | _ => false end) items.

(** The coalition that the items name with n pairs. *)
Definition named (items : list item) (vs : list nat) (n : nat) : coalition :=
  Coalition (holds_source items) (map (fun j => kind_by (covers vs j) items) (seq 0 n)).

(** ** Its shape: the singled-out pairs, and all others alike *)

Definition covers_single (l0 : nat) (x : index) : bool :=
  match x with Every => true | Only l => l =? l0 | AllBut l => negb (l =? l0) end.
Definition covers_other (x : index) : bool := match x with Only _ => false | _ => true end.

Definition shape (items : list item) (m n : nat) : list kind :=
  map (fun l => kind_by (covers_single l) items) (seq 0 m) ++ repeat (kind_by covers_other items) (n - m).

Lemma kind_by_same f g items : (forall x, f x = g x) -> kind_by f items = kind_by g items.
Proof.
  intro H. unfold kind_by. f_equal; induction items as [|[|x|x] items IH]; simpl; rewrite ?H, ?IH; reflexivity.
Qed.

Lemma single_covered vs l j x : NoDup vs -> nth_error vs l = Some j -> covers vs j x = covers_single l x.
Proof.
  intros D H.
  assert (Same : forall l', nth_error vs l' = Some j -> l' = l).
  { intros l' H'. rewrite NoDup_nth_error in D. apply D; [apply nth_error_Some; congruence | congruence]. }
  assert (T : forall l', match nth_error vs l' with Some v => j =? v | None => false end = (l' =? l)).
  { intro l'. destruct (l' =? l) eqn:E.
    - apply Nat.eqb_eq in E as ->. rewrite H. apply Nat.eqb_refl.
    - destruct (nth_error vs l') as [v|] eqn:V; [|reflexivity]. apply Nat.eqb_neq. intro Q. subst v.
      apply Nat.eqb_neq in E. exact (E (Same l' V)). }
  destruct x as [|l'|l']; cbn; [reflexivity | apply T|]. rewrite <- T. destruct (nth_error vs l'); reflexivity.
Qed.

Lemma other_covered vs j x : ~ In j vs -> covers vs j x = covers_other x.
Proof.
  intro H. destruct x as [|l|l]; cbn; [reflexivity | |]; destruct (nth_error vs l) as [v|] eqn:V; try reflexivity;
    assert (Q : j =? v = false) by (apply Nat.eqb_neq; intros ->; exact (H (nth_error_In _ _ V))); rewrite Q; reflexivity.
Qed.

Lemma map_by_place {A} (f : nat -> A) g vs start :
  (forall l j, nth_error vs l = Some j -> f j = g (start + l)) -> map f vs = map g (seq start (List.length vs)).
Proof.
  revert start; induction vs as [|v vs IH]; intros start H; cbn; [reflexivity|]. f_equal.
  - rewrite (H 0 v eq_refl). f_equal. lia.
  - apply IH. intros l j L. rewrite (H (S l) j L). f_equal. lia.
Qed.

Lemma map_constant {A B} (f : A -> B) c l : (forall x, In x l -> f x = c) -> map f l = repeat c (List.length l).
Proof. induction l as [|x l IH]; intro H; cbn; [reflexivity|]. rewrite (H x), IH; cbn; auto. intros; apply H; cbn; auto. Qed.

(** Whichever pairs are singled out, the coalition has the same shape, up to the order of the pairs. *)
Theorem named_shape items vs n :
  NoDup vs -> (forall v, In v vs -> v < n) -> Permutation (shape items (List.length vs) n) (kinds (named items vs n)).
Proof.
  intros D R. set (rest := filter (fun j => negb (existsb (Nat.eqb j) vs)) (seq 0 n)).
  assert (InRest : forall j, In j rest <-> j < n /\ ~ In j vs).
  { intro j. unfold rest. rewrite filter_In, in_seq, negb_true_iff. split; intros [H H']; (split; [lia|]).
    - intro Q. assert (existsb (Nat.eqb j) vs = true) by (apply existsb_exists; exists j; split; [exact Q | apply Nat.eqb_refl]). congruence.
    - apply not_true_iff_false. intro Q. apply existsb_exists in Q as [v [V E]]. apply Nat.eqb_eq in E. subst v. exact (H' V). }
  assert (P : Permutation (vs ++ rest) (seq 0 n)).
  { apply NoDup_Permutation; [|apply seq_NoDup|].
    - assert (NoDup rest) by (apply NoDup_filter, seq_NoDup). clear -D H InRest. induction D as [|v vs' N D IH]; [exact H|].
      + cbn. constructor.
        * rewrite in_app_iff. intros [Q|Q]; [exact (N Q)|]. apply InRest in Q as [_ Q]. apply Q. left. reflexivity.
        * assert (K : forall l, (forall j, In j rest -> ~ In j l) -> NoDup l -> NoDup (l ++ rest)).
          { intros l. induction l as [|x l IHl]; intros A B; [exact H|]. inversion_clear B. cbn. constructor.
            - rewrite in_app_iff. intros [Q|Q]; [contradiction|]. apply (A x Q). left. reflexivity.
            - apply IHl; [|assumption]. intros j J Q. apply (A j J). right. exact Q. }
          apply K; [|exact D]. intros j J Q. apply InRest in J as [_ J]. apply J. right. exact Q.
    - intro j. rewrite in_app_iff, InRest, in_seq. destruct (in_dec Nat.eq_dec j vs) as [Q|Q]; [specialize (R j Q)|]; intuition lia. }
  assert (L : List.length rest = n - List.length vs).
  { apply Permutation_length in P. rewrite app_length, seq_length in P. lia. }
  unfold named; cbn [kinds]. rewrite <- (Permutation_map _ P), map_app. unfold shape.
  rewrite (map_by_place (fun j => kind_by (covers vs j) items) (fun l => kind_by (covers_single l) items) vs 0).
  - rewrite (map_constant _ (kind_by covers_other items) rest), L; [reflexivity|].
    intros j J. apply InRest in J as [_ J]. apply kind_by_same. intro x. apply other_covered, J.
  - intros l j H. apply kind_by_same. intro x. apply single_covered; assumption.
Qed.

Lemma alike_grow k m j (before : list kind) : 0 < m -> grows (before ++ repeat k m) (before ++ repeat k (m + 2 * j)).
Proof.
  intro M. induction j as [|j IH]; [replace (m + 2 * 0) with m by lia; constructor|].
  replace (m + 2 * S j) with (S (S (m + 2 * j))) by lia. destruct (m + 2 * j) as [|q] eqn:Q; [lia|].
  apply (grows_trans _ _ _ IH). cbn [repeat].
  apply (permuted _ (k :: k :: k :: before ++ repeat k q)).
  - apply copied, (permuted _ _ _ (grown _)). symmetry. apply Permutation_middle.
  - rewrite <- !Permutation_middle. reflexivity.
Qed.

Lemma named_grows items vs m n :
  List.length vs = m -> NoDup vs -> (forall v, In v vs -> v < n) ->
  forall b, b = n \/ (m < b /\ exists j, n = b + 2 * j) ->
  m <= b -> grows (kinds (named items (seq 0 m) b)) (kinds (named items vs n)).
Proof.
  intros Lv D R b C Lb.
  assert (Base : Permutation (shape items m b) (kinds (named items (seq 0 m) b))).
  { rewrite <- (seq_length m 0) at 1. apply named_shape; [apply seq_NoDup|]. intros v V. apply in_seq in V. lia. }
  apply (permuted _ (shape items m n)); [|rewrite <- Lv; apply named_shape; assumption].
  apply (grows_trans _ (shape items m b)); [apply (permuted _ _ _ (grown _)); symmetry; exact Base|].
  destruct C as [-> | [M [j ->]]]; [constructor|]. unfold shape. replace (b + 2 * j - m) with (b - m + 2 * j) by lia.
  apply alike_grow. lia.
Qed.

(** ** Claims, and certificates of them *)

(** hides, leaks L from, recovers. *)
Definition claim_true (p : protocol) (c : coalition) (v : learned) : Prop := learns p c v.

(** An operator that contradicts the claim: the coalition, or somebody else, reads what it may not. *)
Definition claim_false (p : protocol) (c : coalition) (v : learned) : Prop :=
  match v with
  | Nothing => exists L, L <> I /\ reads p c L
  | Everything => exists L, L <> I /\ reads p (complement c) L
  | Component P => (exists L, L <> I /\ L <> P /\ reads p c L)
                   \/ (exists L, letters_anticommute L P = true /\ reads p (complement c) L)
  end.

(** True or false at n, whichever pairs are singled out (m of them). *)
Definition at_n (p : protocol) (items : list item) (m : nat) (proved : bool) (v : learned) (n : nat) : Prop :=
  forall vs, List.length vs = m -> NoDup vs -> (forall x, In x vs -> x < n) ->
  if proved then claim_true p (named items vs n) v else claim_false p (named items vs n) v.

Definition either_sign (p : protocol) (c : coalition) (W : operator) (L : letter) : bool :=
  holds_witness p c W L || holds_witness p c (negb (fst W), snd W) L.

Definition contradicts (p : protocol) (c : coalition) (v : learned) (Ws : list operator) : bool :=
  match Ws with
  | [W] => match v with
           | Nothing => existsb (either_sign p c W) [X; Y; Z]
           | Everything => existsb (either_sign p (complement c) W) [X; Y; Z]
           | Component P =>
               existsb (fun L => negb (letter_eqb L P) && either_sign p c W L) [X; Y; Z]
               || existsb (fun L => letters_anticommute L P && either_sign p (complement c) W L) [X; Y; Z]
           end
  | _ => false
  end.

Lemma either_sign_reads p c W L : either_sign p c W L = true -> reads p c L.
Proof. intro H. apply orb_prop in H as [H|H]; exact (holds_witness_reads p c _ L H). Qed.

Lemma contradicts_false p c v Ws : contradicts p c v Ws = true -> claim_false p c v.
Proof.
  destruct Ws as [|W [|? ?]]; try discriminate. destruct v as [|P|]; cbn [contradicts claim_false]; intro H.
  - apply existsb_exists in H as [L [M H]]. exists L. split; [intros ->; destruct M as [M|[M|[M|[]]]]; discriminate M | exact (either_sign_reads _ _ _ _ H)].
  - apply orb_prop in H as [H|H]; apply existsb_exists in H as [L [M H]]; apply andb_prop in H as [N H]; [left | right]; exists L.
    + split; [intros ->; destruct M as [M|[M|[M|[]]]]; discriminate M|]. split; [|exact (either_sign_reads _ _ _ _ H)].
      intro Q. apply negb_true_iff in N. apply letter_eqb_eq in Q. congruence.
    + split; [exact N | exact (either_sign_reads _ _ _ _ H)].
  - apply existsb_exists in H as [L [M H]]. exists L. split; [intros ->; destruct M as [M|[M|[M|[]]]]; discriminate M | exact (either_sign_reads _ _ _ _ H)].
Qed.

Lemma claim_false_grows p a ks ks' v : grows ks ks' -> claim_false p (Coalition a ks) v -> claim_false p (Coalition a ks') v.
Proof.
  intro G. pose proof (grows_other _ _ G) as G'. destruct v as [|P|]; cbn.
  - intros [L [D H]]. exists L. split; [exact D | eapply reads_grows; eauto].
  - intros [[L [D [D' H]]]|[L [D H]]]; [left | right]; exists L; repeat (split; [assumption|]); eapply reads_grows; eauto.
  - intros [L [D H]]. exists L. split; [exact D | eapply reads_grows; eauto].
Qed.

Section Certificate.
Variables (p : protocol) (a s t : string) (items : list item) (m : nat) (proved : bool) (v : learned).

(** A case: the number of pairs, and the operators as text. *)
Definition case_shown (given : nat * list string) : bool :=
  let (b, texts) := given in let c := named items (seq 0 m) b in
  (m <=? b) && (1 <=? b) &&
  match read_operators (family_names a s t b) texts with
  | Some Ws => if proved then shows p c v Ws else contradicts p c v Ws
  | None => false
  end.

(** n is a case's, or an even number above a case's that has a pair not singled out. *)
Definition reached (cases : list (nat * list string)) (n : nat) : bool :=
  existsb (fun given => (n =? fst given) || ((m <? fst given) && (fst given <=? n) && negb (odd (n - fst given)))) cases.

Lemma even_half q : odd q = false -> exists j, q = 2 * j.
Proof.
  induction q as [q IH] using lt_wf_ind. destruct q as [|[|q]]; cbn; intro H; [exists 0; reflexivity | discriminate|].
  rewrite negb_involutive in H. destruct (IH q ltac:(lia) H) as [j ->]. exists (S j). lia.
Qed.

(** A certificate whose cases are all shown proves (or refutes) the claim at every n that they reach. *)
Theorem cases_reach cases n :
  forallb case_shown cases = true -> reached cases n = true -> at_n p items m proved v n.
Proof.
  intros H R vs Lv D In_n. unfold reached in R. apply existsb_exists in R as [[b texts] [In_b C]]. cbn [fst] in C.
  rewrite forallb_forall in H. specialize (H _ In_b). unfold case_shown in H.
  apply andb_prop in H as [H S]. apply andb_prop in H as [Mb _]. apply Nat.leb_le in Mb.
  destruct (read_operators _ texts) as [Ws|]; [|discriminate].
  assert (G : grows (kinds (named items (seq 0 m) b)) (kinds (named items vs n))).
  { apply named_grows; try assumption. apply orb_prop in C as [C|C].
    - left. apply Nat.eqb_eq in C. lia.
    - right. apply andb_prop in C as [C E]. apply andb_prop in C as [C1 C2]. apply Nat.ltb_lt in C1. apply Nat.leb_le in C2.
      apply negb_true_iff, even_half in E as [j J]. split; [exact C1|]. exists j. lia. }
  destruct proved.
  - exact (learns_grows p _ _ _ v G (shows_learns p _ v Ws S)).
  - exact (claim_false_grows p _ _ _ v G (contradicts_false p _ v Ws S)).
Qed.

(** The n that a certificate speaks of: every n, every even or every odd n, from k on. *)
Inductive domain := EveryFrom (k : nat) | EvenFrom (k : nat) | OddFrom (k : nat).

Definition first_of (d : domain) : nat := match d with EveryFrom k | EvenFrom k | OddFrom k => k end.
Definition in_domain (d : domain) (n : nat) : bool :=
  (first_of d <=? n) && match d with EveryFrom _ => true | EvenFrom _ => negb (odd n) | OddFrom _ => odd n end.

Definition last_of (cases : list (nat * list string)) : nat := fold_right (fun given top => max (fst given) top) 0 cases.

(** It is enough to look at the n up to three beyond the last case. *)
Definition fills (d : domain) (cases : list (nat * list string)) : bool :=
  forallb (fun n => negb (in_domain d n) || reached cases n) (seq 0 (last_of cases + 3)).

Lemma below_last cases given : In given cases -> fst given <= last_of cases.
Proof.
  unfold last_of. induction cases as [|g cases IH]; cbn; [intros []|]. intros [-> | H]; [lia | specialize (IH H); lia].
Qed.

Lemma fills_reached d cases n : fills d cases = true -> first_of d <= last_of cases -> in_domain d n = true -> reached cases n = true.
Proof.
  intros F B. induction n as [n IH] using lt_wf_ind. intro D.
  destruct (Nat.lt_ge_cases n (last_of cases + 3)) as [L|L].
  - unfold fills in F. rewrite forallb_forall in F. specialize (F n ltac:(apply in_seq; lia)). rewrite D in F. exact F.
  - destruct n as [|[|q]]; try lia.
    assert (R : reached cases q = true).
    { apply IH; [lia|]. unfold in_domain in *. apply andb_prop in D as [_ D]. apply andb_true_intro. split; [apply Nat.leb_le; lia|].
      destruct d; cbn in *; rewrite ?negb_involutive in D; exact D. }
    unfold reached in *. apply existsb_exists in R as [given [I R]]. apply existsb_exists. exists given. split; [exact I|].
    pose proof (below_last cases given I). apply orb_prop in R as [R|R]; [apply Nat.eqb_eq in R; lia|].
    apply andb_prop in R as [R E]. apply andb_prop in R as [R1 R2]. apply orb_true_intro. right. rewrite R1.
    apply Nat.leb_le in R2. replace (S (S q) - fst given) with (S (S (q - fst given))) by lia. cbn [odd].
    rewrite negb_involutive, E. replace (fst given <=? S (S q)) with true by (symmetry; apply Nat.leb_le; lia). reflexivity.
Qed.

(** The claim is true (or false) at every n of the domain, whichever pairs are singled out. *)
Definition for_every (d : domain) : Prop := forall n, in_domain d n = true -> at_n p items m proved v n.

(** All that a certificate has to be. *)
Definition certified (d : domain) (cases : list (nat * list string)) : bool :=
  forallb case_shown cases && fills d cases && (first_of d <=? last_of cases).

(** A certificate that computes to true proves (or refutes) the claim for infinitely many n. *)
Theorem certificate_for_every d cases : certified d cases = true -> for_every d.
Proof.
  intros H n D. apply andb_prop in H as [H B]. apply andb_prop in H as [S F]. apply Nat.leb_le in B.
  exact (cases_reach cases n S (fills_reached d cases n F B D)).
Qed.
End Certificate.

(** What contradicts a claim about operators contradicts it about states, over every ring of scalars. *)
Theorem claim_false_about_states K p c v : claim_false p c v -> ~ state_learns K p c v.
Proof.
  destruct v as [|P|]; cbn [claim_false state_learns].
  - intros [L [D H]]. exact (reads_not_hides K p c L D H).
  - intros [[L [D [D' H]]]|[L [D H]]].
    + intro R. apply D'. apply (holds_leaks_no_other K _ _ _ (encode_is_encoder K (size c) p) (mask c)); try assumption.
      * apply mask_length.
      * apply reads_held, H.
    + apply (rest_holds_not_leaks K _ _ _ (encode_is_encoder K (size c) p) (mask c) L); [apply mask_length | exact D|].
      apply rest_reads_held, H.
  - intros [L [D H]] R. apply (rest_reads_not_recovers K p c L D H). apply isometrically_recovers, R.
Qed.
