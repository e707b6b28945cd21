using System.Globalization;
using Cluster.Coordinator;

namespace Cluster.Storage.Files;

/// <summary>A claim of one process on <c>PATH.lock</c>, which ends with the process; <c>PATH.owner</c> names it.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _stream;

    private FileLock(FileStream stream) => _stream = stream;

    /// <param name="path">What is claimed, whether or not it is there.</param>
    /// <param name="name">How messages name it; the path if null.</param>
    /// <exception cref="JobException">Another claim holds.</exception>
    public static FileLock Acquire(string path, string? name = null)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new JobException(
                $"{name ?? path} is in use by {ReadOwner(path + ".owner")} where one process may write it: wait for it to end, or stop it.",
                e);
        }

        try
        {
            File.WriteAllText(path + ".owner", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new FileLock(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose() => _stream.Dispose();

    // Beside the lock, not in it: a locked file cannot be read.
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
