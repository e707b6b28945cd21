namespace Cluster.Coordinator.Tests;

public sealed class TimeLimitTests
{
    private static readonly HeldJournal Stored = new(Begun.Round(1));

    [Fact]
    public void Up_ItsMinutesAreOver_IsCancelled()
    {
        var time = new ManualTime();
        using var journal = new JobJournal(Stored);
        using var limit = new TimeLimit(2, journal, time);

        time.Advance(TimeSpan.FromSeconds(119));
        limit.Up.IsCancellationRequested.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(2));

        limit.Up.IsCancellationRequested.ShouldBeTrue();
        limit.Left.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Up_TheRunWaitsForTheMachine_ComesLaterByThat()
    {
        var time = new ManualTime();
        var waited = TimeSpan.FromMinutes(7); // before this limit began
        using var journal = new JobJournal(Stored);
        using var limit = new TimeLimit(2, journal, time, () => waited);

        waited += TimeSpan.FromMinutes(1);
        time.Advance(TimeSpan.FromSeconds(179));
        limit.Up.IsCancellationRequested.ShouldBeFalse();
        limit.Left.ShouldBe(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(2));

        limit.Up.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public void IsFarOver_AFifthBeyond_IsTrue()
    {
        var time = new ManualTime();
        using var journal = new JobJournal(Stored);
        using var limit = new TimeLimit(10, journal, time);
        using var none = new TimeLimit(null, journal, time);

        time.Advance(TimeSpan.FromMinutes(11.9));
        limit.IsFarOver.ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(0.1));

        limit.IsFarOver.ShouldBeTrue();
        none.IsFarOver.ShouldBeFalse();
    }

    // A timer may tick while it is disposed of; what it threw on its thread would end the process.
    [Fact]
    public void Dispose_ItsTimerTicksOnceMore_ThrowsNothing()
    {
        var time = new LateTime();
        using var journal = new JobJournal(Stored);
        var limit = new TimeLimit(2, journal, time);
        limit.Dispose();

        time.Advance(TimeSpan.FromMinutes(3));

        Should.NotThrow(time.Tick.ShouldNotBeNull());
    }

    /// <summary>A clock whose timer ticks when the test says so, disposed of or not.</summary>
    private sealed class LateTime : TimeProvider
    {
        private TimeSpan _now;

        public Action? Tick { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Tick = () => callback(state);
            return new ManualTime().CreateTimer(callback, state, dueTime, period);
        }

        public void Advance(TimeSpan span) => _now += span;
    }
}
