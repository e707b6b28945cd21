namespace Cluster.Coordinator.Tests.Questions;

public sealed class StoredTimesTests
{
    private static readonly SyntheticNetwork Network = Networks.Sensitive;

    [Fact]
    public async Task Find_TimedPlan_IsMeasured()
    {
        var (times, state) = await TimesAsync();

        var found = times.Find(new LatencyItem("other", state.Selection!.Plan)).ShouldNotBeNull();

        found.SpeedUp!.Value.ShouldBe(Network.Float32Ms.Sum() / Network.MsOf(state.Selection.Plan), 1e-9);
        found.Earlier.ShouldBe(EarlierTiming.Measured);
    }

    [Fact]
    public async Task Find_UntimedPlan_IsPredicted()
    {
        var (times, state) = await TimesAsync();
        var plan = state.Selection!.Plan.With([0, 4, 5], GroupFormat.Baseline);
        state.MemoryFor(state.Spec.Options).Latency(plan).ShouldBeNull("else it is not predicted");

        var found = times.Find(new LatencyItem("other", plan)).ShouldNotBeNull();

        found.PlanDigest.ShouldBe(plan.Digest);
        found.Earlier.ShouldBe(EarlierTiming.Predicted);
        found.LowMs.ShouldBeNull();
        found.SpeedUp!.Value.ShouldBe(Network.Float32Ms.Sum() / Network.MsOf(plan), 0.1);
    }

    [Fact]
    public async Task Find_PlansTogether_AreBesideOneFloat32()
    {
        var (times, state) = await TimesAsync();
        var plan = state.Selection!.Plan;

        var found = times.Find(new FinalTimingItem("other", [plan, plan.With([0], GroupFormat.Baseline)])).ShouldNotBeNull();

        found.Plans.Select(timed => timed.Float32MedianMs).Distinct().ShouldHaveSingleItem();
        times.Find(new ProfileItem("other", plan)).ShouldNotBeNull().Groups.Count.ShouldBe(Network.Count);
    }

    [Fact]
    public async Task Of_AJobOfOtherFormats_SaysWhich()
    {
        var state = await StateAsync();
        var asking = state.Spec.Choosing(options => options with { Formats = ["int8-safe"] });

        Should.Throw<JobException>(() => StoredTimes.Of("there", state, ("here", asking))).Message
            .ShouldStartWith("The jobs in here and there have different formats (int8-safe and int8) where a fleet's have the same");
    }

    private static async Task<(StoredTimes Times, JobState State)> TimesAsync()
    {
        var state = await StateAsync();
        return (StoredTimes.Of("there", state, ("here", state.Spec)), state);
    }

    private static async Task<JobState> StateAsync() => (await Jobs.JournalAsync(Network)).State;
}
