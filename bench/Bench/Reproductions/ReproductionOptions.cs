using System.CommandLine;
using Cluster.Cli.Options;
using Cluster.Cli.Verbs;
using Cluster.Cli.Views;
using Cluster.Evaluation.Failures;
using Cluster.Terminal;
using Cluster.Terminal.Options;
using Spectre.Console;

namespace Cluster.Bench.Reproductions;

/// <summary>
/// What the commands of `bench reproduce` have in common: a network and images with defaults, an output, a table or JSON.
/// </summary>
internal sealed class ReproductionOptions
{
    private readonly InputOption _model;
    private readonly InputOption _data;
    private readonly InputOption _evaluation;

    /// <param name="model">The network that is taken where none is named.</param>
    /// <param name="data">The calibration images that are taken then.</param>
    public ReproductionOptions(string model, string data)
    {
        _model = CommonOptions.File("--model", "FILE.onnx", $"FP32 network (default: {model} of shared/data beside this checkout)");
        _data = CommonOptions.Data(required: false, $"calibration images (default: {data} of shared/data)");
        _evaluation = CommonOptions.Evaluation("labelled images that files are measured on (default: of shared/data)");
    }

    public Option<string> Output { get; } = NewOutput();

    public Option<bool> Json { get; } = CommonOptions.Json();

    public static Option<string> NewOutput() => new("--output", "-o")
    {
        Description = "folder for the networks; what is there is replaced",
        HelpName = "DIR",
        DefaultValueFactory = _ => "reproduce-out",
    };

    /// <summary>A file or folder of the shared data; null where it is not there.</summary>
    public static string? Shared(params string[] parts) =>
        SharedFolder.Find() is { } shared && Path.Combine([shared, .. parts]) is var path && Path.Exists(path) ? path : null;

    /// <summary>Says that neither data were named nor shared data are here.</summary>
    public static async Task<int> NothingAsync(TextWriter error)
    {
        await error.WriteLineAsync(
            "cluster: there is no shared/data beside this checkout, so nothing was done; name the data (--help says how).");
        return ExitCode.Done;
    }

    /// <summary>Has the command read them, do its work and print it; it says so and does nothing where data are missing.</summary>
    /// <param name="model">Path taken where none is named; null where it is not there.</param>
    /// <param name="data">The same of the calibration spec.</param>
    /// <param name="evaluation">The same of the labelled one.</param>
    public void Run<T>(
        Command command,
        Func<string?> model,
        Func<string?> data,
        Func<string?> evaluation,
        Func<ReproductionInputs, Task<T>> work,
        Action<IAnsiConsole, T> table)
    {
        foreach (var option in (Option[])[_model, _data, _evaluation, Output, Json])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(parsed, async () =>
        {
            var streams = parsed.InvocationConfiguration;
            if ((parsed.GetValue(_model) ?? model()) is not { } network
                || (parsed.GetValue(_data) ?? data()) is not { } calibration
                || (parsed.GetValue(_evaluation) ?? evaluation()) is not { } labelled)
            {
                return await NothingAsync(streams.Error);
            }

            var figures = await work(new(network, calibration, labelled, parsed.GetRequiredValue(Output), parsed, cancellation));
            await CommandReport.WriteAsync(streams.Output, parsed.GetValue(Json), figures, table);
            return ExitCode.Done;
        }));
    }
}

/// <summary>What a reproduction works on.</summary>
/// <param name="Model">Path of the FP32 network.</param>
/// <param name="Calibration">Data spec.</param>
/// <param name="Evaluation">Data spec of labelled images.</param>
/// <param name="Folder">Where files go.</param>
/// <param name="Parsed">For options of the command's own.</param>
/// <param name="Cancellation">Of the command.</param>
internal sealed record ReproductionInputs(
    string Model, string Calibration, string Evaluation, string Folder, ParseResult Parsed, CancellationToken Cancellation)
{
    public TextWriter Error => Parsed.InvocationConfiguration.Error;

    public void Say(string text) => Error.WriteLine($"cluster: {text}");
}
