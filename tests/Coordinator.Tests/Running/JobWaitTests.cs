using Cluster.Coordinator.Running;

namespace Cluster.Coordinator.Tests.Running;

public sealed class JobWaitTests
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(JobStatus.Queued, 2, true, false, WaitCause.Queue, "place 2 in the queue of its tenant's jobs")]
    [InlineData(JobStatus.Queued, 0, true, false, WaitCause.Slot, "every slot of the kind that it needs is busy with other work")]
    [InlineData(JobStatus.Running, 0, true, false, WaitCause.Slot, "every slot of the kind that it needs is busy with other work")]
    [InlineData(JobStatus.Running, 0, false, true, WaitCause.Client, "its client computes the metric of predictions")]
    [InlineData(JobStatus.Unschedulable, 0, true, false, WaitCause.Node, "why")]
    [InlineData(JobStatus.AwaitingLabels, 0, false, false, WaitCause.Labels, "why")]
    [InlineData(JobStatus.Suspended, 0, false, false, WaitCause.Client, "why")] // until it is resumed
    [InlineData(JobStatus.Paused, 0, false, false, WaitCause.Pause, "paused until it is resumed")]
    public void Of_AJobOfWhichNothingRuns_SaysWhatItWaitsFor(
        JobStatus status, int place, bool slot, bool client, WaitCause cause, string reason) =>
        JobWait.Of(new JobLife(status, Reason: "why"), place, slot, client).ShouldBe(new JobWait(cause, reason));

    [Fact]
    public void Of_AFaultThatIsTriedAgain_IsNobodysToMend() =>
        JobWait.Of(new JobLife(JobStatus.Suspended, Reason: "why", RetryAt: Noon), 0, false, false)
            .ShouldBe(new JobWait(WaitCause.Fault, "why"));

    [Theory]
    [InlineData(JobStatus.Running)]
    [InlineData(JobStatus.Pausing)]
    [InlineData(JobStatus.Succeeded)]
    public void Of_AJobThatWaitsForNothing_IsNull(JobStatus status) => JobWait.Of(new JobLife(status), 0, false, false).ShouldBeNull();

    [Theory]
    [InlineData(-1, 0, "begins 2026-12-01 12:00:00Z")]
    [InlineData(-1, 1, "begins 2026-12-01 12:00:00Z; the run before that was left out, as the last one was not over")]
    [InlineData(1, 3, "was due 2026-12-01 12:00:00Z and follows when another scheduled run of its tenant is over; "
        + "the 3 runs before that were left out, as the last one was not over")]
    public void For_ARunOfASchedule_SaysWhenAndWhatWasMissed(int minutesAfter, int missed, string reason)
    {
        var schedule = new RunSchedule { First = "j", Every = TimeSpan.FromDays(1), Due = Noon, Missed = missed };

        JobWait.For(schedule, Noon.AddMinutes(minutesAfter)).ShouldBe(new JobWait(WaitCause.Schedule, reason));
    }
}
