using System.Globalization;
using System.Text.Json;

namespace Cluster.Evaluation.Publishing;

/// <summary>What follows a winner: Python that runs its file, and the earlier result that it can be compared with.</summary>
internal static class Shipping
{
    private const int MostFolders = 64;

    /// <summary>Lines of Python that run a file of ONNX Runtime as it was timed, with its own inputs and preprocessing.</summary>
    /// <param name="takesPixels">Whether the file is a plan's of a job whose files take pixels.</param>
    public static IReadOnlyList<string> Python(OpenedJob job, JobNames names, string file, bool takesPixels)
    {
        var inputs = job.Network.Grouped.Inputs;
        bool isSingle = job.Network.Grouped.Graph.TakesOneSample;
        string[] run =
        [
            $"options = ort.SessionOptions(); options.intra_op_num_threads = {job.Spec.Options.Threads}  # as it was timed",
            $"y = ort.InferenceSession({Quoted(file)}, options).run(None, "
                + $"{{{string.Join(", ", inputs.Select((input, i) => $"{Quoted(input.Name)}: {Variable(i)}"))}}})[0]",
        ];
        if (takesPixels && job.Network.Pixels is { } taken)
        {
            return ["import numpy as np, onnxruntime as ort, PIL.Image", Picture(inputs[0], taken, job.Data.Preprocess!, names), .. run];
        }

        return inputs is [var image] && job.Data.Evaluation.Preprocess is { } preprocess
            ? ["import numpy as np, onnxruntime as ort", Pixels(image, preprocess, names), .. run]
            : [
                "import onnxruntime as ort",
                "# " + string.Join(", ", inputs.Select((input, i) => $"{Variable(i)}: {Type(input)} {Shape(input, isSingle)}"))
                    + ", as in your data",
                .. run,
            ];

        string Variable(int i) => inputs.Count == 1 ? "x" : $"x{i}";
    }

    /// <summary>A folder beside the job's with the latest result of the same network on the same evaluation data; null: none.</summary>
    public static string? Earlier(JobFolder folder, ResultDocument result) => Directory.GetParent(folder.Root) is not { } parent ? null
        : parent.EnumerateDirectories().Take(MostFolders)
            .Where(other => other.FullName != folder.Root)
            .Select(other => new FileInfo(Path.Combine(other.FullName, "result.json")))
            .Where(file => file.Exists && IsOfTheSame(file.FullName, result))
            .MaxBy(file => file.LastWriteTimeUtc)?.DirectoryName;

    private static bool IsOfTheSame(string path, ResultDocument result)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var other = JsonDocument.Parse(file);
            return other.RootElement.TryGetProperty("job", out var job)
                && job.TryGetProperty("digests", out var digests)
                && Is("model", result.Job.Digests.Model)
                && Is("evaluation", result.Job.Digests.Evaluation);

            bool Is(string name, string digest) => digests.TryGetProperty(name, out var text) && text.ValueEquals(digest);
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            // What lies beside is not this job's: a file that cannot be read is none to compare with.
            return false;
        }
    }

    /// <summary>The line that reads a picture for a file that takes pixels.</summary>
    internal static string Picture(ValueInfo input, PixelInput taken, Preprocess preprocess, JobNames names)
    {
        string alpha = taken.HasAlpha ? ".convert(\"RGBA\")" : string.Empty;
        int height = preprocess.Layout == PixelLayout.Nhwc ? 1 : 2;
        string Size(int axis) => input.FreeAxes.Contains(axis) || input.Shape[axis] <= 0 ? "any" : $"{input.Shape[axis]}";
        return $"x = np.asarray(PIL.Image.open(\"picture.jpg\").convert(\"RGB\"){alpha})[None]  # uint8 "
            + $"(N, {Size(height)}, {Size(height + 1)}, {taken.Channels.Length}){Resized(preprocess, names)}";
    }

    /// <summary>The line that makes the input of pixels.</summary>
    internal static string Pixels(ValueInfo input, Preprocess preprocess, JobNames names)
    {
        string x = preprocess.Scale == 1 ? "pixels" : $"pixels * {Number(preprocess.Scale)}";
        bool hasMean = preprocess.Mean.Any(mean => mean != 0);
        bool hasStd = preprocess.Std.Any(std => std != 1);
        x = hasMean ? $"{x} - {Channels(preprocess.Mean, preprocess.Layout)}" : x;
        x = hasStd ? $"{(hasMean ? $"({x})" : x)} / {Channels(preprocess.Std, preprocess.Layout)}" : x;
        x = x == "pixels" ? x : $"({x})";
        string color = preprocess.Color == PixelColor.Gray ? "grey" : preprocess.Color.ToString().ToUpperInvariant();
        return $"x = {x}.astype(\"float32\")  # pixels: 0 to 255, {color}, {Shape(input)}{Resized(preprocess, names)}";
    }

    private static string Resized(Preprocess preprocess, JobNames names) => preprocess.Geometry is null
        ? string.Empty
        : $", resized as {Path.GetFileName(names.Inputs.Preprocess ?? PreprocessPlace.Beside(names.Inputs.Model))} says";

    private static string Channels(IReadOnlyList<double> values, PixelLayout layout) => values.Distinct().Count() == 1
        ? Number(values[0])
        : layout == PixelLayout.Nhwc ? $"np.array([{string.Join(", ", values.Select(Number))}])"
        : $"np.reshape([{string.Join(", ", values.Select(Number))}], ({values.Count}, 1, 1))";

    /// <summary>The shape that the file takes, as in "(N, 3, 32, 32)"; "any" for other free sizes.</summary>
    /// <param name="isSingle">Whether it takes one sample whole: then its first axis is not the samples'.</param>
    internal static string Shape(ValueInfo input, bool isSingle = false) =>
        $"({string.Join(", ", input.Shape.Select((size, axis) => axis == 0 && !isSingle ? "N"
            : size <= 0 || input.FreeAxes.Contains(axis) ? "any"
            : $"{size}"))})";

    private static string Type(ValueInfo input) => (input.FileType ?? input.Type).ToString().ToLowerInvariant();

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    // A text in JSON is one in Python.
    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
