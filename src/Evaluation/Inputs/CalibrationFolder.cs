using System.Text.Json;

namespace Cluster.Evaluation.Inputs;

/// <summary>
/// `calibration/` of a job: the statistics of the one pass, the corrected biases and the learned parameters of published plans. A plan file
/// names each by digest, so that `quantize --plan` rebuilds the same bytes from them and nothing else.
/// </summary>
/// <param name="path">The folder.</param>
/// <param name="data">Digest of the calibration images with their preprocessing.</param>
/// <param name="model">Digest of the FP32 model.</param>
public sealed class CalibrationFolder(string path, string? data = null, string? model = null)
{
    private const string CorrectionsSchema = "cluster.corrections/v1";

    /// <summary>
    /// The folder that belongs to a plan file: for `q.plan.json` the `q.calibration` that `quantize` writes, if it exists, else the
    /// `calibration` next to the plan, as `run` leaves it.
    /// </summary>
    public static string Beside(string plan)
    {
        const string PlanEnding = ".plan.json";
        string own = plan.EndsWith(PlanEnding, StringComparison.Ordinal)
            ? plan[..^PlanEnding.Length] + ".calibration"
            : plan + ".calibration";
        return Directory.Exists(own) ? own : Path.Combine(Path.GetDirectoryName(plan) ?? "", "calibration");
    }

    /// <summary>Path of `statistics.bin`, whether or not it exists.</summary>
    public string StatisticsPath => Path.Combine(path, "statistics.bin");

    private string OriginPath => Path.Combine(path, "origin.json");

    /// <summary>
    /// The stored statistics if they are intact and of this model on this data, else null: remade, they have the same numbers.
    /// </summary>
    public CalibrationStatistics? TryReadStatistics()
    {
        if (!File.Exists(StatisticsPath) || !File.Exists(OriginPath))
        {
            return null;
        }

        try
        {
            var origin = JsonSerializer.Deserialize<Origin>(File.ReadAllBytes(OriginPath), PlanJson.Options);
            return origin == new Origin(model ?? "", data ?? "") ? ReadStatistics().Statistics : null;
        }
        catch (Exception damage) when (damage is JsonException or DamagedFileException)
        {
            return null;
        }
    }

    /// <summary>
    /// Takes over the statistics of another job's folder, if it has some and this one has none: they depend on images and network, not on
    /// the target, and those of others are not read (<see cref="TryReadStatistics"/>).
    /// </summary>
    public void TakeStatistics(CalibrationFolder other)
    {
        if (!File.Exists(StatisticsPath) && File.Exists(other.StatisticsPath) && File.Exists(other.OriginPath))
        {
            Directory.CreateDirectory(path);
            File.Copy(other.StatisticsPath, StatisticsPath);
            File.Copy(other.OriginPath, OriginPath, overwrite: true);
        }
    }

    /// <summary>The statistics, with the digest of the file they are in.</summary>
    public (CalibrationStatistics Statistics, string Digest) ReadStatistics()
    {
        if (!File.Exists(StatisticsPath))
        {
            throw new JobException(
                $"There are no calibration statistics {StatisticsPath}: give the calibration folder of a finished run, or "
                + "--data to calibrate anew.")
            {
                FailsOn = JobFault.Missing,
            };
        }

        byte[] bytes = File.ReadAllBytes(StatisticsPath);
        using var stream = new MemoryStream(bytes);
        return (CalibrationStatistics.Load(stream), Hex(bytes));
    }

    /// <summary>Stores the statistics, with the model and data that they belong to.</summary>
    /// <returns>SHA-256 of the statistics file, lower-case hexadecimal.</returns>
    public string WriteStatistics(CalibrationStatistics statistics)
    {
        using var stream = new MemoryStream();
        statistics.Save(stream);
        byte[] bytes = stream.ToArray();
        Write(StatisticsPath, bytes);
        Write(OriginPath, JsonSerializer.SerializeToUtf8Bytes(new Origin(model ?? "", data ?? ""), PlanJson.Indented));
        return Hex(bytes);
    }

    /// <summary>Stores corrected biases by node and returns the digest that names them.</summary>
    public string WriteCorrections(IReadOnlyDictionary<string, float[]> biases)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (node, bias) in biases)
        {
            values[node] = Convert.ToBase64String(MemoryMarshal.AsBytes<float>(bias));
        }

        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(new Corrections(CorrectionsSchema, values), PlanJson.Indented);
        string digest = Hex(bytes);
        Write(CorrectionsPath(digest), bytes);
        return digest;
    }

    /// <summary>Reads corrected biases, by node name.</summary>
    /// <param name="digest">SHA-256 of their file, as a plan file names it.</param>
    /// <exception cref="JobException">The file is missing or was changed.</exception>
    public IReadOnlyDictionary<string, float[]> ReadCorrections(string digest)
    {
        return Biases(ReadNamed(CorrectionsPath(digest), digest, "corrected biases", "give --data to estimate the biases anew"));
    }

    /// <summary>Corrected biases by node name, from their file.</summary>
    public static IReadOnlyDictionary<string, float[]> Biases(byte[] bytes)
    {
        var corrections = JsonSerializer.Deserialize<Corrections>(bytes, PlanJson.Strict);
        return corrections!.Biases.ToDictionary(
            pair => pair.Key,
            pair => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(pair.Value)).ToArray(),
            StringComparer.Ordinal);
    }

    /// <summary>Stores learned parameters and returns the digest that names them.</summary>
    public string WriteLearned(LearnedParameters learned)
    {
        using var stream = new MemoryStream();
        learned.Save(stream);
        byte[] bytes = stream.ToArray();
        string digest = Hex(bytes);
        Write(LearnedPath(digest), bytes);
        return digest;
    }

    /// <summary>Reads learned parameters.</summary>
    /// <param name="digest">SHA-256 of their file, as a plan file names it.</param>
    /// <exception cref="JobException">The file is missing or was changed.</exception>
    public LearnedParameters ReadLearned(string digest)
    {
        using var stream = new MemoryStream(
            ReadNamed(LearnedPath(digest), digest, "learned parameters", "learn the parameters again"));
        return LearnedParameters.Load(stream);
    }

    // A file that is named by the digest that a plan states.
    private static byte[] ReadNamed(string file, string digest, string what, string remedy)
    {
        if (!File.Exists(file))
        {
            throw new JobException(
                $"There are no {what} {file}, which the plan was built from: give the calibration folder that lies beside the plan.")
            {
                FailsOn = JobFault.Missing,
            };
        }

        byte[] bytes = File.ReadAllBytes(file);
        return Hex(bytes) == digest ? bytes : throw new JobException(
            $"{file} was changed since it was written (its SHA-256 is {Hex(bytes)}): restore it, or {remedy}.");
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void Write(string file, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        AtomicFile.Write(file, bytes);
    }

    /// <summary>Path of learned parameters by their digest, whether or not they exist.</summary>
    public string LearnedPath(string digest) => Path.Combine(path, $"learned-{digest[..16]}.bin");

    /// <summary>Path of corrected biases, likewise.</summary>
    public string CorrectionsPath(string digest) => Path.Combine(path, $"biases-{digest[..16]}.json");

    private sealed record Origin(string Model, string Calibration);

    // Base64 of little-endian float32: decimal text would have to be proven to round-trip.
    private sealed record Corrections(string Schema, SortedDictionary<string, string> Biases);
}
