namespace Cluster.Cli.Views;

/// <summary>A command's report on standard output: JSON for machines, or text for people.</summary>
internal static class CommandReport
{
    /// <summary>Has a command do work, which says its steps on standard error, and report it.</summary>
    /// <param name="work">Refusals are its exceptions.</param>
    /// <param name="view">The report as text.</param>
    /// <param name="resume">How to go on with work that was interrupted; null: there is nothing to say.</param>
    public static void Reports<T>(
        this Command command,
        Option<bool> json,
        Func<ParseResult, Action<string>, CancellationToken, Task<T>> work,
        Action<IAnsiConsole, T> view,
        Func<ParseResult, string>? resume = null) =>
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            async () =>
            {
                var streams = parsed.InvocationConfiguration;
                var report = await work(parsed, text => streams.Error.WriteLine($"cluster: {text}"), cancellation);
                await WriteAsync(streams.Output, parsed.GetValue(json), report, view);
                return ExitCode.Done;
            },
            resume?.Invoke(parsed)));

    public static async Task WriteAsync<T>(TextWriter output, bool json, T report, Action<IAnsiConsole, T> view)
    {
        if (json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(report, PlanJson.Indented));
        }
        else
        {
            view(CommandConsole.For(output), report);
        }
    }
}
