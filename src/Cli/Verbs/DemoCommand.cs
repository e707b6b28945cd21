using Cluster.DataSpecs;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster demo`: the main job on real input, always started from scratch.</summary>
internal static class DemoCommand
{
    private const string Mobilenet = "mobilenet";
    private const string Resnet20 = "resnet20";
    private const string Glyphs = "glyphs";
    private const int CifarTestImages = 10_000;
    private const int GlyphImages = 3000;

    public static Command Create()
    {
        var output = new Option<string>("--output", "-o") { Description = "folder of the result", DefaultValueFactory = _ => "demo-out" };
        var sample = new Option<string?>("--sample")
        {
            Description = "mobilenet, resnet20 (both need the shared data) or glyphs (needs nothing); default: the first that is available"
        };
        sample.AcceptOnlyFromAmong(Mobilenet, Resnet20, Glyphs);
        var seed = new Option<long>("--seed") { Description = "the job's seed: which images make a part of a set; the data stay the same" };
        var json = CommonOptions.Json("print result.json on standard output");
        var command = new Command("demo", CommandHelp.Describe(
            "Run the main job on real input, always from the beginning, and show what it finds.", "demo", "demo --sample glyphs -o OUT"))
        {
            output, sample, seed, json,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            async () =>
            {
                OutputPlace.RequireWritable(parsed.GetRequiredValue(output));
                var request = Request(parsed.GetValue(sample), parsed.GetRequiredValue(output));
                request = request with { Options = request.Options with { Seed = parsed.GetValue(seed) } };
                await parsed.InvocationConfiguration.Error.WriteLineAsync(
                    $"demo: {Path.GetFileName(request.Inputs.Model)}, result in {request.Output}");
                return await RunCommand.RunAsync(request, parsed, parsed.GetValue(json), cancellation);
            },
            "run the same command again: the demo always starts over"));
        return command;
    }

    private static JobRequest Request(string? sample, string output)
    {
        string? data = DataRoots.Shared() is { } shared && Directory.Exists(Path.Combine(shared, "models"))
            ? Path.GetRelativePath(Environment.CurrentDirectory, shared)
            : null;
        return (sample ?? (data is null ? Glyphs : Mobilenet)) switch
        {
            Mobilenet => OnMobilenet(data ?? throw MissingData(), output),
            Resnet20 => OnResnet20(data ?? throw MissingData(), output),
            _ => OnGlyphs(output),
        };
    }

    private static JobException MissingData() =>
        new("There is no folder shared/data beside this checkout, which this sample reads its network and images from: take "
            + "--sample glyphs, which needs nothing.");

    private static JobRequest OnMobilenet(string data, string output)
    {
        string images = Path.Combine(data, "imagenet-sample");
        string folder = $"folder:{Path.Combine(images, "jpeg224")},labels=";
        string evaluation = Path.Combine(images, "evaluation800.csv");
        return Fresh(
            Path.Combine(data, "models", "imagenet", "mobilenet_v1_0.25_224.onnx"),
            folder + Path.Combine(images, "calibration200.csv"),
            folder + evaluation,
            File.ReadLines(evaluation).Count() - 1, // a header
            output);
    }

    private static JobRequest OnResnet20(string data, string output)
    {
        string images = Path.Combine(data, "cifar10");
        return Fresh(
            Path.Combine(data, "models", "cifar10", "resnet20-jpeg-finetuned.onnx"),
            $"cifar10:{Path.Combine(images, "data_batch_1.jpeg.bin.gz")}@0..512",
            $"cifar10:{Path.Combine(images, "test_batch.jpeg.bin.gz")}",
            CifarTestImages,
            output);
    }

    private static JobRequest OnGlyphs(string output) => Fresh(
        SampleFolder.File("glyphs.onnx"), GlyphSet("calibration"), GlyphSet("evaluation"), GlyphImages, output, GlyphSet("test"));

    private static string GlyphSet(string name) =>
        $"idx:{SampleFolder.File(Path.Combine("glyphs", $"glyphs-{name}-images-idx3-ubyte.gz"))}";

    // Without results of earlier jobs: a demonstration measures what it shows. Its bound is what its images can decide, but not below a
    // job's default.
    private static JobRequest Fresh(
        string model, string calibration, string evaluation, int evaluationImages, string output, string? test = null) => new()
        {
            Inputs = new JobInputs { Model = model, Calibration = calibration, Evaluation = evaluation, Test = test },
            Options = Asking(new JobOptions { Reconstruct = ReconstructionMode.Never }, evaluationImages),
            Output = output,
            Workers = Environment.ProcessorCount,
            Cache = null,
            Fresh = true,
        };

    private static JobOptions Asking(JobOptions options, int images) => options with
    {
        MaxDrop = Math.Max(options.AcceptedDrop, DecisionPower.UpToTenths(DecisionPower.Of(images, options).Bound)),
    };
}

/// <summary>Files of the demo, in the checkout that the program was built in.</summary>
internal static class SampleFolder
{
    /// <summary>Path of a file below <c>samples</c>, relative to the current folder.</summary>
    /// <exception cref="JobException">There is none.</exception>
    public static string File(string name) =>
        AboveProgram.Find(Path.Combine("samples", name), System.IO.File.Exists) is { } found
            ? Path.GetRelativePath(Environment.CurrentDirectory, found)
            : throw new JobException(
                $"There is no samples/{name} above {AppContext.BaseDirectory}: run the demo from a checkout of the repository.");
}
