namespace Cluster.Coordinator.Tests;

public sealed class RetryPolicyTests
{
    // Attempts before the item or the job ends. Null: never by this kind of failure.
    public static TheoryData<FailureKind, int?, int> Table => new()
    {
        // kind, in a cluster, on one machine
        { FailureKind.Unavailable, null, 4 },
        { FailureKind.HostLost, 4, 4 },
        { FailureKind.DeviceError, 4, 3 },
        { FailureKind.LeaseExpired, 3, 3 },
        { FailureKind.OutOfMemory, 2, 2 },
        { FailureKind.DeadlineExceeded, 2, 2 },
        { FailureKind.NativeCrash, 2, 2 },
        { FailureKind.NotFinite, 1, 1 },
        { FailureKind.InvalidCandidate, 1, 1 },
        { FailureKind.UnsupportedOperator, 2, 2 },
        { FailureKind.ParityRefused, 1, 1 },
    };

    [Fact]
    public void Table_EveryKind_IsThere() =>
        Table.Select(row => row.Data.Item1).Order().ShouldBe(
            Enum.GetValues<FailureKind>().Except([FailureKind.Quarantined, FailureKind.Unscored]).Order());

    [Theory]
    [MemberData(nameof(Table))]
    public void Decide_InACluster_FollowsTheTable(FailureKind kind, int? most, int onOneMachine)
    {
        var attempts = new ItemAttempts();
        var policy = new RetryPolicy(distributed: true);
        onOneMachine.ShouldBePositive();
        for (var attempt = 1; attempt < (most ?? 50); attempt++)
        {
            var again = Fail(policy, attempts, attempt, kind).ShouldBeOfType<RetryDecision.Again>();

            // The third loss makes it suspect: from then on it runs alone.
            again.Alone.ShouldBe(kind is FailureKind.HostLost or FailureKind.DeviceError && attempt >= 3);
            if (kind is FailureKind.Unavailable or FailureKind.DeviceError)
            {
                var full = Math.Min(30, 0.25 * Math.Pow(2, Math.Min(attempt - 1, 16)));
                again.Delay.TotalSeconds.ShouldBeInRange(full / 2, full);
            }
            else
            {
                again.Delay.ShouldBe(TimeSpan.Zero);
            }
        }

        if (most is { } last)
        {
            var end = Fail(policy, attempts, last, kind, alone: last == 4).ShouldBeOfType<RetryDecision.GiveUp>().Failure;
            end.ShouldBe(kind.IsInfrastructure()
                ? new FailedResult(FailureKind.Quarantined, "It ran alone on its host when that was lost, after 3 losses before: because")
                : End(kind));
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Decide_OnOneMachine_FollowsTheTable(FailureKind kind, int? inACluster, int most)
    {
        var attempts = new ItemAttempts();
        var policy = new RetryPolicy(distributed: false);
        (inACluster ?? 50).ShouldBeGreaterThanOrEqualTo(most);
        for (var attempt = 1; attempt < most; attempt++)
        {
            Fail(policy, attempts, attempt, kind).ShouldBe(new RetryDecision.Again(TimeSpan.Zero, Alone: false));
        }

        // The machine's own failures stop the job and say nothing about the candidate.
        RetryDecision expected = kind.IsInfrastructure() ? new RetryDecision.StopJob() : new RetryDecision.GiveUp(End(kind));
        Fail(policy, attempts, most, kind).ShouldBe(expected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_Unscored_StopsTheJob(bool distributed) =>
        Fail(new RetryPolicy(distributed), new ItemAttempts(), 1, FailureKind.Unscored).ShouldBe(new RetryDecision.StopJob());

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void Decide_StillBeingScored_TriesAgain(int times)
    {
        var attempts = new ItemAttempts();
        for (var number = 1; number <= times; number++)
        {
            attempts.Fail(new AttemptFailed(5, number, new FailedResult(FailureKind.Unscored, "because", Predictions: "digest")));
        }

        new RetryPolicy(distributed: true).Decide(5, attempts).ShouldBe(new RetryDecision.Again(TimeSpan.Zero, Alone: false));
    }

    [Fact]
    public void Decide_HostsAndDevicesLostInTurn_AddUp()
    {
        var attempts = new ItemAttempts();
        var policy = new RetryPolicy(distributed: true);

        Fail(policy, attempts, 1, FailureKind.HostLost).ShouldBe(new RetryDecision.Again(TimeSpan.Zero, Alone: false));
        Fail(policy, attempts, 2, FailureKind.DeviceError).ShouldBeOfType<RetryDecision.Again>().Alone.ShouldBeFalse();
        Fail(policy, attempts, 3, FailureKind.HostLost).ShouldBe(new RetryDecision.Again(TimeSpan.Zero, Alone: true));
        Fail(policy, attempts, 4, FailureKind.DeviceError, alone: true).ShouldBeOfType<RetryDecision.GiveUp>()
            .Failure.Reason.ShouldContain("after 3 losses before");
    }

    [Fact]
    public void Decide_FailingDevice_CountsOneLoss()
    {
        var attempts = new ItemAttempts();
        var policy = new RetryPolicy(distributed: true);
        for (var attempt = 1; attempt < 20; attempt++)
        {
            Fail(policy, attempts, attempt, FailureKind.DeviceError, slot: "cuda:1")
                .ShouldBeOfType<RetryDecision.Again>().Alone.ShouldBeFalse();
        }

        Fail(policy, attempts, 20, FailureKind.DeviceError, slot: "cuda:0").ShouldBeOfType<RetryDecision.Again>().Alone.ShouldBeFalse();
        Fail(policy, attempts, 21, FailureKind.DeviceError, slot: "cuda:2").ShouldBeOfType<RetryDecision.Again>().Alone.ShouldBeTrue();
        Fail(policy, attempts, 22, FailureKind.DeviceError, alone: true, slot: "cuda:1").ShouldBeOfType<RetryDecision.Again>();
        Fail(policy, attempts, 23, FailureKind.DeviceError, alone: true, slot: "cuda:3").ShouldBeOfType<RetryDecision.GiveUp>();
    }

    [Fact]
    public void Decide_NoHostForTheSuspect_WaitsAndStaysAlone()
    {
        var attempts = new ItemAttempts();
        var policy = new RetryPolicy(distributed: true);
        for (var loss = 1; loss <= 3; loss++)
        {
            Fail(policy, attempts, loss, FailureKind.HostLost);
        }

        Fail(policy, attempts, 4, FailureKind.Unavailable, alone: true).ShouldBeOfType<RetryDecision.Again>().Alone.ShouldBeTrue();
        Fail(policy, attempts, 5, FailureKind.OutOfMemory, alone: true).ShouldBe(new RetryDecision.Again(TimeSpan.Zero, Alone: true));
        Fail(policy, attempts, 6, FailureKind.HostLost, alone: true).ShouldBeOfType<RetryDecision.GiveUp>()
            .Failure.Kind.ShouldBe(FailureKind.Quarantined);
    }

    [Fact]
    public void Decide_InfrastructureInBetween_DoesNotCountAgainstTheCandidate()
    {
        var attempts = new ItemAttempts();
        var policy = new RetryPolicy(distributed: true);

        Fail(policy, attempts, 1, FailureKind.OutOfMemory).ShouldBeOfType<RetryDecision.Again>();
        for (var attempt = 2; attempt < 20; attempt++)
        {
            Fail(policy, attempts, attempt, FailureKind.Unavailable).ShouldBeOfType<RetryDecision.Again>();
        }

        Fail(policy, attempts, 20, FailureKind.NativeCrash).ShouldBeOfType<RetryDecision.Again>();
        Fail(policy, attempts, 21, FailureKind.OutOfMemory).ShouldBeOfType<RetryDecision.GiveUp>();
    }

    // What a candidate ends as after its last attempt.
    private static FailedResult End(FailureKind kind) => kind == FailureKind.NativeCrash
        ? new FailedResult(FailureKind.Quarantined, "It ended the evaluator's process 2 times, at last so: because")
        : new FailedResult(kind, "because");

    // Each on a device of its own unless one is named.
    private static RetryDecision Fail(
        RetryPolicy policy, ItemAttempts attempts, int number, FailureKind kind, bool alone = false, string? slot = null)
    {
        attempts.Start(new AttemptStarted(5, number, "node", slot ?? $"cpu:{number}", alone));
        attempts.Fail(new AttemptFailed(5, number, new FailedResult(kind, "because")));
        return policy.Decide(5, attempts);
    }
}
