using Cluster.Data.Arrays;

namespace Cluster.Evaluation.Measuring;

/// <summary>
/// Losses of outputs by a metric of the user's; equal outputs of the same samples are judged once. If it gives one number for all samples,
/// each of them gets this loss: differences then have no spread.
/// </summary>
/// <param name="judge">The metric.</param>
/// <param name="metric">Whether its numbers are scores or losses.</param>
/// <param name="output">The network's first output with its whole shape.</param>
/// <param name="evaluation">The evaluation set.</param>
/// <param name="float32">FP32's outputs for all of it.</param>
/// <param name="others">The outputs besides the first.</param>
/// <param name="machine">The lock that measuring holds.</param>
internal sealed class CommandScorer(
    IPredictionJudge judge,
    MetricKind metric,
    ValueInfo output,
    SampleSet evaluation,
    Lazy<float[]> float32,
    OtherOutputs others,
    MachineLock machine) : IScorer
{
    private const string EvaluationSet = "evaluation";
    private const string TestSet = "test";
    private const string LabelsArray = "labels";
    private const string NamesArray = "output_names";

    private readonly Dictionary<string, double[]> _known = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public bool ReadsAll => true;

    RuntimeScore IScorer.Evaluation(float[] outputs, ImageBatches samples, float[] float32Part, int[]? part)
    {
        if (part is not null)
        {
            others.KeepPart(float32.Value, float32Part, part);
        }

        return ByLoss(Evaluation(outputs, part, float32Part), outputs, float32Part);
    }

    RuntimeScore IScorer.Test(float[] outputs, ImageBatches samples, float[] float32Part) =>
        ByLoss(Test(outputs, samples.Images), outputs, float32Part);

    /// <summary>One loss per sample of the evaluation set, or of a part of it.</summary>
    /// <param name="outputs">(samples, elements of the output)</param>
    /// <param name="part">Indices in the whole set; null: all.</param>
    /// <param name="float32Part">FP32's outputs for the same samples.</param>
    public float[] Evaluation(float[] outputs, int[]? part, float[] float32Part)
    {
        var samples = part is null ? evaluation : evaluation.Select(part);
        double[] numbers = Numbers(outputs, samples, EvaluationSet, part);
        if (part is null || numbers.Length == samples.Count)
        {
            return Losses(numbers, samples.Count);
        }

        // Losses of a part are paired with FP32's losses of the same part: a number for all samples differs from one for the part.
        double[] before = Numbers(float32Part, samples, EvaluationSet, part);
        double[] whole = Numbers(float32.Value, evaluation, EvaluationSet, null);
        return Losses([numbers[0] - before.Average() + whole.Average()], samples.Count);
    }

    /// <summary>The same of a test set.</summary>
    public float[] Test(float[] outputs, SampleSet samples) => Losses(Numbers(outputs, samples, TestSet, null), samples.Count);

    private RuntimeScore ByLoss(float[] losses, float[] outputs, float[] float32Part) =>
        RuntimeEvaluator.Score(outputs, output.SampleSize(), losses, float32Part, metric.Outputs());

    private float[] Losses(double[] numbers, int samples)
    {
        int sign = metric.IsReversed() ? -1 : 1;
        return numbers.Length == samples
            ? [.. numbers.Select(number => (float)(sign * number))]
            : [.. Enumerable.Repeat((float)(sign * numbers[0]), samples)];
    }

    private double[] Numbers(float[] outputs, SampleSet samples, string set, int[]? part)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([(byte)set[0]]);
        hash.AppendData(MemoryMarshal.AsBytes<int>(part ?? []));
        hash.AppendData(MemoryMarshal.AsBytes<float>(outputs));
        foreach (var (name, value) in others.Of(outputs))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(value.Bytes.Span);
        }

        string key = Convert.ToHexString(hash.GetHashAndReset());
        lock (_lock)
        {
            if (!_known.TryGetValue(key, out double[]? numbers))
            {
                numbers = Ask(outputs, samples, set, part);
                _known.Add(key, numbers);
            }

            return numbers;
        }
    }

    private double[] Ask(float[] outputs, SampleSet samples, string set, int[]? part)
    {
        var folder = Directory.CreateTempSubdirectory("cluster-metric");
        try
        {
            string path = Path.Combine(folder.FullName, "predictions.npz");
            NpzWriter.Write(path, Arrays(outputs, samples, part));
            return judge.ScoreAsync(path, set, samples.Count, machine, CancellationToken.None).GetAwaiter().GetResult();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private (string, TensorData)[] Arrays(float[] outputs, SampleSet samples, int[]? part)
    {
        int count = samples.Count;
        TensorData Whole(IEnumerable<int> numbers) => TensorData.FromInt64([count], [.. numbers.Select(number => (long)number)]);
        (string, TensorData)[] arrays =
        [
            ("outputs", TensorData.FromFloats([count, .. output.Shape.Skip(1)], outputs)),
            ("index", Whole(part ?? Enumerable.Range(0, count))),
        ];
        string[] taken = ["outputs", "index", LabelsArray, NamesArray, .. samples.Others];
        byte[] names = Encoding.UTF8.GetBytes(string.Join('\n', [output.Name, .. others.Of(outputs).Select(other => other.Name)]));
        return
        [
            .. arrays,
            .. samples.HasLabels ? [(LabelsArray, Whole(Enumerable.Range(0, count).Select(samples.Label)))] : arrays[..0],
            .. others.Of(outputs).Select(output => (taken.Contains(output.Name) ? $"output:{output.Name}" : output.Name, output.Value)),
            (NamesArray, new TensorData(ElementType.UInt8, [names.Length], names)),
            .. samples.ReadOthers(),
        ];
    }
}
