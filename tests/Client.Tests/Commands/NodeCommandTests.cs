namespace Cluster.Client.Tests.Commands;

public sealed class NodeCommandTests
{
    [Theory]
    [InlineData("cordon", "nodes/a-1", "cordoned")]
    [InlineData("uncordon", "a-1", "ready")]
    [InlineData("drain", "a-1", "cordoned")]
    public async Task Change_EitherFormOfTheName_PrintsTheNewState(string verb, string name, string state)
    {
        await using var server = await FakeServer.StartAsync();
        var run = await ClientRun.OfAsync(server, verb, name);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldBe($"nodes/a-1 {state}\n");
    }

    [Fact]
    public async Task Drain_Grace_IsSent()
    {
        await using var server = await FakeServer.StartAsync();
        await ClientRun.OfAsync(server, "drain", "a", "--grace", "5m");

        server.State.Requests<DrainNodeRequest>().Single().Grace.ToTimeSpan().ShouldBe(TimeSpan.FromMinutes(5));
    }
}
