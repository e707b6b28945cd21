namespace Cluster.Evaluation.Learning.FineTuning;

/// <summary>
/// Parts of a batch that training computes concurrently, one thread each. The trained bytes depend on their number, so a training resumes
/// with its original number, on any machine.
/// </summary>
internal static class TrainingThreads
{
    /// <summary>The number that a folder's training started with, or this machine's, which is then stored there.</summary>
    public static int Of(string folder)
    {
        string path = Path.Combine(folder, "threads");
        if (File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out int known) && known > 0)
        {
            return known;
        }

        Directory.CreateDirectory(folder);
        AtomicFile.Write(path, Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
        return Environment.ProcessorCount;
    }
}
