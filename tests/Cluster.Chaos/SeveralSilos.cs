using Cluster.Harness;

namespace Cluster.Chaos;

/// <summary>What tests with several silos need of the machine and of the packages that were built in.</summary>
internal static class SeveralSilos
{
    /// <summary>Skips the test, with the reason, where it cannot run.</summary>
    public static void Require()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        if (SiloProgram.WhyNotSeveral() is { } refusal)
        {
            Assert.Skip(refusal);
        }
    }
}
