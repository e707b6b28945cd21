namespace Cluster.Evaluation.Doctor;

/// <summary>Checks the free space for a job's files.</summary>
internal static class DiskProbes
{
    private const double NeededGiB = 0.1;
    private const double ComfortableGiB = 1;

    public static IEnumerable<Finding> All(string output)
    {
        yield return Free("disk (output)", output);
        yield return Free("disk (temporary)", Path.GetTempPath());
    }

    private static Finding Free(string what, string folder)
    {
        string? existing = Path.GetFullPath(folder);
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }

        double free = new DriveInfo(existing ?? "/").AvailableFreeSpace / (double)(1L << 30);
        string found = $"{free:F1} GiB free for {folder}";
        return free < NeededGiB ? Finding.Fail(what, found, "free some space, or choose another folder")
            : free < ComfortableGiB ? Finding.Warn(what, found, "free some space: a job on large networks needs about 1 GiB")
            : Finding.Ok(what, found);
    }
}
