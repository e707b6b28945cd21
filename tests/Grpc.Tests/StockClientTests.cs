namespace Cluster.Grpc.Tests;

/// <summary>A stock client must not notice what it talks to; the scenarios are in Interop/client.py.</summary>
public sealed class StockClientTests
{
    [Theory]
    [InlineData("unary")]
    [InlineData("client_streaming")]
    [InlineData("server_streaming")]
    [InlineData("duplex")]
    [InlineData("metadata")]
    [InlineData("errors")]
    [InlineData("unimplemented")]
    [InlineData("deadline")]
    [InlineData("cancellation")]
    [InlineData("limits")]
    [InlineData("compression")]
    [InlineData("concurrency")]
    [InlineData("health")]
    [InlineData("reflection")]
    public async Task Scenario_OfAStockClient_Passes(string scenario)
    {
        await using var server = await ProbeServer.StartAsync();
        using var client = StockPython.Start("client.py", new Uri(server.Address).Authority, scenario);

        var errors = client.StandardError.ReadToEndAsync();
        string output = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();

        output.Trim().ShouldBe("passed", await errors);
    }

    [Fact]
    public async Task WaitLate_StockClientKilled_ServiceIsCancelled()
    {
        await using var server = await ProbeServer.StartAsync();
        using var client = StockPython.Start("client.py", new Uri(server.Address).Authority, "wait_for_ever");

        await server.Log.Began.Task;
        client.Kill();

        await server.Log.Cancelled.Task;
        server.Log.Cancelled.Task.IsCompletedSuccessfully.ShouldBeTrue();
    }
}
