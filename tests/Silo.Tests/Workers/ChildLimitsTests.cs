namespace Cluster.Silo.Tests.Workers;

public sealed class ChildLimitsTests : IDisposable
{
    private const long Mib = 1L << 20;
    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    // Less than any time that has passed.
    private static readonly TimeSpan Over = TimeSpan.FromTicks(-1);
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(100, 100 * Mib, false)]
    [InlineData(100, (100 * Mib) + 1, true)]
    [InlineData(0, 1L << 50, false)]
    public void Violation_Memory_IsOutOfMemoryAboveTheLimit(long limit, long resident, bool isOver)
    {
        var end = Limits(Generous() with { MemoryLimit = limit * Mib }).Violation(resident, null);

        end?.Kind.ShouldBe(FailureKind.OutOfMemory);
        (end is not null).ShouldBe(isOver);
    }

    [Fact]
    public void IsNearMemory_FourFifths_IsTheLine()
    {
        var limits = Limits(Generous() with { MemoryLimit = 100 * Mib });

        limits.IsNearMemory(80 * Mib).ShouldBeFalse();
        limits.IsNearMemory(81 * Mib).ShouldBeTrue();
        Limits(Generous() with { MemoryLimit = 0 }).IsNearMemory(1L << 50).ShouldBeFalse("there is no limit to be near");
    }

    [Theory]
    [InlineData(WorkStage.Running, FailureKind.DeadlineExceeded)]
    [InlineData(WorkStage.Training, FailureKind.DeadlineExceeded)]
    [InlineData(WorkStage.Preparing, FailureKind.Unavailable)]
    [InlineData(WorkStage.Calibrating, FailureKind.Unavailable)]
    [InlineData(WorkStage.Waiting, FailureKind.Unavailable)]
    public void Violation_AStageThatTakesTooLong_NamesItsKind(WorkStage stage, FailureKind kind)
    {
        var asked = new AskedRequest(1);
        asked.Sign(stage);
        var strict = Generous() with { RunLimit = Over, TrainingLimit = Over, PreparationLimit = Over, WaitLimit = Over };

        Limits(strict).Violation(0, asked).ShouldNotBeNull().Kind.ShouldBe(kind);
        Limits(Generous()).Violation(0, asked).ShouldBeNull();
    }

    [Fact]
    public void Violation_Silence_LosesTheLeaseWhateverTheStage()
    {
        var asked = new AskedRequest(1);
        asked.Sign(WorkStage.Running);

        Limits(Generous() with { Silence = Over, RunLimit = Over }).Violation(0, asked).ShouldNotBeNull()
            .Kind.ShouldBe(FailureKind.LeaseExpired);
    }

    [Fact]
    public void Violation_AStartWithoutAnAnswer_IsTheNodesFault() =>
        Limits(Generous() with { StartLimit = Over, Silence = Over }).Violation(0, new AskedRequest(0)).ShouldNotBeNull()
            .Kind.ShouldBe(FailureKind.Unavailable);

    private static ChildLimits Limits(WorkerOptions options) => new(options);

    private WorkerOptions Generous() => Children.Options(_folder) with
    {
        MemoryLimit = 0,
        Silence = Never,
        RunLimit = Never,
        TrainingLimit = Never,
        PreparationLimit = Never,
        WaitLimit = Never,
        StartLimit = Never,
    };
}
