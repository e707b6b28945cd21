using Cluster.Tests.Limits;

namespace Cluster.Architecture.Tests.Limits;

public sealed class OwnMachineTests
{
    [Fact]
    public void Claim_ByTheFrameworkOfTheseTests_SetsALockOfThisProcess()
    {
        string? path = Environment.GetEnvironmentVariable(OwnMachine.Lock);

        path.ShouldNotBeNullOrEmpty();
        Path.GetFileName(path).ShouldNotBe("cluster-machine.lock", "that one is the machine's");
        Environment.GetEnvironmentVariable(OwnMachine.Timing).ShouldNotBeNullOrEmpty();
        OwnMachine.Claim();
        Environment.GetEnvironmentVariable(OwnMachine.Lock).ShouldBe(path, "what is set stays");
    }
}
