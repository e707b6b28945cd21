namespace Cluster.Coordinator.Tests.Search;

public sealed class LabelledSearchTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Run_LabelsHidden_FindsWhatAllLabelsFindWithAFewOfThem(int seed)
    {
        var network = Networks.Random((ulong)seed) with { Images = 4000 };
        var known = await Jobs.RunAsync(network);

        var (outcome, person) = await HiddenAsync(network);

        outcome.Winner.Plan.ShouldBe(known.Winner.Plan);
        outcome.Result.Decision.Kind.ShouldBe(known.Result.Decision.Kind);
        var asked = person.Asked.SelectMany(item => item.Images).ToArray();
        asked.ShouldBeUnique();
        asked.Length.ShouldBeLessThanOrEqualTo(JobOptions.UsualMaxLabels);
        outcome.Result.Evaluations.Labels.ShouldBe(asked.Length);
        if (outcome.Result.Winner.Accuracy is { Unlabelled: 0 } accuracy)
        {
            accuracy.Drop.ShouldBe(known.Result.Winner.Accuracy!.Drop, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Run_NoLabelMayBeAsked_AcceptsOnlyWhatNoLabelCanRefuse(int seed)
    {
        var network = Networks.Random((ulong)seed) with { Images = 4000 };
        network = network.Choosing(options => options with { MaxLabels = 0 });

        var (outcome, person) = await HiddenAsync(network);

        person.Asked.ShouldBeEmpty();
        if (outcome.Result.Decision is { Feasible: true, Quantized: true })
        {
            var (evidence, accuracy) = (outcome.Result.Evidence!, outcome.Result.Winner.Accuracy!);
            (evidence.Lost, evidence.Gained).ShouldBe((0, 0));
            ((double)accuracy.Unlabelled!.Value / accuracy.Total).ShouldBeLessThanOrEqualTo(network.Spec.Options.AcceptedDrop);
        }
    }

    [Fact]
    public async Task Run_NobodyAnswersYet_StopsAndGoesOnWithTheLabels()
    {
        var network = Networks.Sensitive with { Images = 4000 };
        var journal = new MemoryJournal();
        var absent = new HiddenLabels { Label = null };

        var wanted = await Should.ThrowAsync<LabelsWantedException>(() => RunAsync(network, absent, journal));

        var state = journal.State;
        state.Pending.Single().Item.ShouldBe(wanted.Item);
        var request = LabelRequest.Of(state)!;
        request.Asked.Select(asked => asked.Image).ShouldBe(wanted.Item.Images);
        request.Asked.ShouldAllBe(asked => asked.Float32.Count == 1 && asked.Plans.All(classes => classes[0] != asked.Float32[0]));
        request.Asked.ShouldAllBe(asked => asked.Plans.Count > 0 && asked.Label == null);

        var person = new HiddenLabels();
        var outcome = await RunAsync(network, person, journal);

        outcome.Winner.Plan.ShouldBe((await HiddenAsync(network)).Outcome.Winner.Plan);
        journal.Events.OfType<ItemCompleted>().Count(done => done.Source == ResultSource.Person).ShouldBe(person.Asked.Count);
        LabelRequest.Of(journal.State).ShouldBeNull();
    }

    [Fact]
    public async Task Run_NobodyCanTell_DoesNotAskAgainAndCountsThemAsLost()
    {
        var network = Networks.Sensitive with { Images = 4000 };
        var nobody = new HiddenLabels { Label = LabelResult.Unknown };

        var outcome = await RunAsync(network, nobody, new MemoryJournal());

        nobody.Asked.SelectMany(item => item.Images).ShouldBeUnique();
        outcome.Result.Evaluations.Labels.ShouldBe(0);
        outcome.Winner.Accuracy!.Open.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_StoppedWhileItWaits_EndsWithoutAsking()
    {
        var network = Networks.Sensitive with { Images = 4000 };
        var journal = new MemoryJournal();
        var absent = new HiddenLabels { Label = null };
        await Should.ThrowAsync<LabelsWantedException>(() => RunAsync(network, absent, journal));
        absent.Asked.Clear();

        var stopped = network.Choosing(options => options with { MaxMinutes = 0 });
        var outcome = await RunAsync(stopped, absent, journal);

        absent.Asked.ShouldBeEmpty();
        outcome.Result.Decision.Stopped.ShouldNotBeNull();
    }

    [Fact]
    public void Drop_LaterLabels_EqualsLabelsKnownBefore()
    {
        var (known, plan) = Looked(Networks.Sensitive with { Images = 4000 });
        var (hidden, _) = Looked(Networks.Sensitive with { Images = 4000, HasLabels = false });
        var asked = hidden.Labels.Missing(hidden.Full(plan)!).ToArray();

        hidden.Add(new LabelItem("labels", asked), new LabelResult([.. asked.Select(_ => new HiddenLabels().Label!.Value)]));

        hidden.Drop(plan).ShouldNotBeNull().ShouldBe(known.Drop(plan)!.Value, 1e-12);
    }

    [Fact]
    public void Excess_ImagesWithoutALabel_IsNoneUntilTheLabelsSaySo()
    {
        var (known, plan) = Looked(Networks.Sensitive with { Images = 4000 });
        var (hidden, _) = Looked(Networks.Sensitive with { Images = 4000, HasLabels = false });
        double? Excess(SearchMemory memory) => new PlanEnergy(memory, ImageScope.Full, plan).Excess(plan);

        Excess(hidden).ShouldBe(0);
        var asked = hidden.Labels.Missing(hidden.Full(plan)!).ToArray();
        hidden.Add(new LabelItem("labels", asked), new LabelResult([.. asked.Select(_ => new HiddenLabels().Label!.Value)]));

        Excess(hidden).ShouldNotBeNull().ShouldBe(Excess(known)!.Value, 1e-9);
        Excess(known)!.Value.ShouldBeGreaterThan(0);
    }

    private static (SearchMemory Memory, Plan Plan) Looked(SyntheticNetwork network)
    {
        var memory = new SearchMemory(network.Spec, network.Space);
        var plan = Baselines.FirstAttempt(memory);
        void Look(Plan at, ImageScope images) => memory.Add(memory.AccuracyOf(at, images), network.Accuracy(at, images));
        Look(memory.Baseline, ImageScope.Full);
        Look(plan, EvaluationSubset.Of(memory));
        Look(plan, ImageScope.Full);
        return (memory, plan);
    }

    private static async Task<(JobOutcome Outcome, HiddenLabels Person)> HiddenAsync(SyntheticNetwork network)
    {
        var person = new HiddenLabels();
        return (await RunAsync(network, person, new MemoryJournal()), person);
    }

    private static Task<JobOutcome> RunAsync(SyntheticNetwork network, HiddenLabels person, MemoryJournal journal) =>
        Jobs.RunAsync(network with { HasLabels = false }, journal, options: new JobRunnerOptions { Labels = person });
}
