using Cluster.Storage.Locks;

namespace Cluster.Storage.Files;

/// <summary>A process's claim, by <c>PATH.lock</c>, which ends with the process; <c>PATH.owner</c> names the process.</summary>
internal sealed class FileClaim : IDisposable
{
    private readonly FileLock _lock;

    private FileClaim(FileLock held) => _lock = held;

    /// <param name="path">The claimed path; it need not exist.</param>
    /// <param name="name">Its name in messages; the path if null.</param>
    /// <exception cref="JobException">Another process holds the claim.</exception>
    public static FileClaim Acquire(string path, string? name = null)
    {
        var held = FileLock.Open(path + ".lock");
        try
        {
            if (!held.TryLock(FileLockMode.Exclusive))
            {
                throw new JobException(
                    $"{name ?? path} is in use by {ReadOwner(path + ".owner")} where one process may write it: wait for it to end, or "
                    + "stop it.");
            }

            File.WriteAllText(path + ".owner", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new FileClaim(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string ReadOwner(string ownerPath)
    {
        try
        {
            var pid = File.ReadAllText(ownerPath);
            return pid.Length > 0 && pid.All(char.IsAsciiDigit) ? $"process {pid}" : "another process";
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
