namespace Cluster.EndToEnd;

/// <summary>The built program, run as a process.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ClusterProcess(int Code, string Output, string Error)
{
    /// <summary>The variable for timings that last as long as a user's: those of tests end early.</summary>
    public const string UsualTiming = "CLUSTER_TIMING_SECONDS=1";

    // Of what hangs: on a busy machine a whole job may take minutes.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    /// <summary>Where the local program is; skips the test where it is not built.</summary>
    public static string Location => BuiltProgram.Require("Cli");

    private ClusterProcess WithoutStackTrace()
    {
        (Output + Error).ShouldNotContain("   at Cluster.", customMessage: "a stack trace");
        Error.ShouldNotContain("unexpected error");
        return this;
    }

    private static string LocationFor(string verb) => OtherVerbs.KindOf(verb) switch
    {
        "server" => BuiltProgram.Require("Silo"),
        "remote" => BuiltProgram.Require("Client"),
        _ => Location,
    };

    // As screen and result.json say it.
    private static readonly string[] Float32Stays = ["You get: FP32 as it is. ", "\"kind\": \"nothingFaster\""];

    /// <summary>
    /// It has done what was asked. Whether a job's timing is clear, and whether anything is faster, depends on what else the machine does;
    /// that nothing is accurate enough does not.
    /// </summary>
    public void ShouldBeDone()
    {
        if (Code == ExitCode.NothingFeasible && Float32Stays.Any(said => Output.Contains(said, StringComparison.Ordinal)))
        {
            return;
        }

        Code.ShouldBeOneOf([ExitCode.Done, ExitCode.Unclear], Error);
    }

    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>Runs it to its end; no stack trace may ever be seen. Commands share a <see cref="CommandHost"/>.</summary>
    public static Task<ClusterProcess> RunAsync(string folder, params string[] args) => RunHostedAsync([], folder, args);

    /// <summary>The same with timings that last as long as a user's.</summary>
    public static Task<ClusterProcess> RunTimedAsync(string folder, params string[] args) => RunHostedAsync([UsualTiming], folder, args);

    private static async Task<ClusterProcess> RunHostedAsync(string[] variables, string folder, string[] args)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Deadline);
        using var host = await CommandHost.TakeAsync(limit.Token);
        return (await host.RunAsync(variables, folder, args, limit.Token)).WithoutStackTrace();
    }

    /// <summary>The same in a new process, with variables of its own, as "NAME=VALUE".</summary>
    public static async Task<ClusterProcess> RunWithAsync(string[] variables, string folder, params string[] args)
    {
        using var process = StartWith(variables, folder, args);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new ClusterProcess(process.ExitCode, await output, await error).WithoutStackTrace();
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>
    /// Starts the program as a shell would: a test run in the background ignores SIGINT, and what it starts inherits
    /// that.
    /// </summary>
    public static Process Start(string folder, params string[] args) => StartWith([], folder, args);

    /// <summary>Starts the program with variables of its own, as "NAME=VALUE".</summary>
    public static Process StartWith(string[] variables, string folder, params string[] args) =>
        StartProgram(LocationFor(args.FirstOrDefault() ?? ""), variables, folder, args);

    /// <summary>The same of a program that is named by its file.</summary>
    public static Process StartProgram(string program, string[] variables, string folder, params string[] args)
    {
        var start = new ProcessStartInfo("env", ["--default-signal=INT", .. variables, program, .. args])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return Process.Start(start)!;
    }

    /// <summary>Starts it and kills it once it has said the text.</summary>
    public static async Task KillAtAsync(string folder, string text, params string[] args)
    {
        using var process = Start(folder, args);
        await UntilSaidAsync(process, text);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Reads what the process says until a line holds the text.</summary>
    public static async Task UntilSaidAsync(Process process, string text)
    {
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"The process ended without saying '{text}'.");
    }
}
