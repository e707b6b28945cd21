using Cluster.Grains.Quotas;

namespace Cluster.Grains.Tests.Quotas;

public sealed class QuotaPromisesTests
{
    private readonly ManualTime _time = new();
    private readonly QuotaPromises _promises;

    public QuotaPromisesTests() => _promises = new QuotaPromises(_time);

    [Fact]
    public void Promise_BehindOthers_ToldWhatCameBefore()
    {
        Before("a", "x", 3).ShouldBeEmpty();
        Before("b", "y", 5).ShouldBe(["x=3"]);
        Before("c", "z", 7).ShouldBe(["x=3", "y=5"], ignoreOrder: true);
    }

    [Fact]
    public void Promise_OfTheSameSubject_CountsOnceAndNotBesideItself()
    {
        Before("a", "x", 3);
        Before("b", "x", 3).ShouldBeEmpty();

        Before("c", "y", 5).ShouldBe(["x=3"]);
    }

    [Fact]
    public void Promise_Renewed_KeepsItsPlace()
    {
        Before("a", "x", 3);
        Before("b", "y", 5);

        Before("a", "x", 3).ShouldBeEmpty();
        Before("b", "y", 5).ShouldBe(["x=3"]);
    }

    [Fact]
    public void Release_OfTheFirst_LetsTheOthersMoveUp()
    {
        Before("a", "x", 3);
        Before("b", "y", 5);
        _promises.Release("a");
        _promises.Release("nobody");

        Before("b", "y", 5).ShouldBeEmpty();
    }

    [Fact]
    public void Promise_NotRenewed_Lapses()
    {
        Before("gone", "x", 3);
        Before("there", "y", 5);
        _time.Advance(QuotaPromises.Lease * 0.75);
        Before("there", "y", 5).ShouldBe(["x=3"]);
        _time.Advance(QuotaPromises.Lease * 0.75);

        Before("late", "z", 1).ShouldBe(["y=5"]);
    }

    private string[] Before(string call, string subject, long amount) =>
        [.. _promises.Promise(call, subject, amount).Select(promised => $"{promised.Key}={promised.Value}")];
}
