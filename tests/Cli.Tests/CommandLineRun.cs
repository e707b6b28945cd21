namespace Cluster.Cli.Tests;

/// <summary>A command line run in this process.</summary>
internal sealed record CommandLineRun(int Code, string Output, string Error)
{
    public static async Task<CommandLineRun> OfAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await ClusterCommand.RunAsync(args, output, error);
        return new CommandLineRun(code, output.ToString(), error.ToString());
    }

    /// <summary>
    /// A search has done what was asked. Whether its timing is clear, and anything is faster, depends on what else the machine does.
    /// </summary>
    public void ShouldBeSearched()
    {
        if (Code != ExitCode.NothingFeasible || !Output.Contains("You get: FP32 as it is. ", StringComparison.Ordinal))
        {
            Code.ShouldBeOneOf([ExitCode.Done, ExitCode.Unclear], Error);
        }
    }

    /// <summary>The JSON that a command printed, which is done.</summary>
    public JsonElement Report()
    {
        Code.ShouldBe(ExitCode.Done, Error);
        using var json = JsonDocument.Parse(Output);
        return json.RootElement.Clone();
    }

    public void ShouldBeRefused(string said, int code = ExitCode.Usage)
    {
        Code.ShouldBe(code, Error);
        Error.ShouldContain(said, Case.Sensitive);
    }
}
