using System.IO.Pipes;

namespace Cluster.Silo.Workers.Child;

/// <summary>
/// Starts children, all from one thread that lives as long as this process: Linux sends a parent-death signal when the forking thread ends,
/// and pool threads come and go. One thread also prevents a child from inheriting the pipes of another that starts at the same time.
/// </summary>
internal static class ChildLauncher
{
    private static readonly BlockingCollection<Action> Starts = [];

    static ChildLauncher() => new Thread(Work) { IsBackground = true, Name = "child launcher" }.Start();

    /// <summary>Starts a child with its pipes.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static Task<(Process Process, Stream Requests, Stream Replies)> StartAsync(WorkerOptions options)
    {
        var started = new TaskCompletionSource<(Process, Stream, Stream)>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Start(options));
            }
#pragma warning disable CA1031 // The exception belongs to the caller; this thread must continue.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                started.SetException(failure);
            }
        });
        return started.Task;
    }

    private static void Work()
    {
        foreach (var start in Starts.GetConsumingEnumerable())
        {
            start();
        }
    }

    private static (Process Process, Stream Requests, Stream Replies) Start(WorkerOptions options)
    {
        var requests = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);
        var replies = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        try
        {
            var start = new ProcessStartInfo(options.Command.FileName, options.Command.Arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (string argument in (string[])
            [
                ChildCommand.Verb, ChildCommand.Requests, requests.GetClientHandleAsString(), ChildCommand.Replies,
                replies.GetClientHandleAsString(),
                ChildCommand.Parent, $"{Environment.ProcessId}",
            ])
            {
                start.ArgumentList.Add(argument);
            }

            foreach (string name in start.Environment.Keys.Where(name => !InheritedEnvironment.Holds(name)).ToArray())
            {
                start.Environment.Remove(name);
            }

            foreach (var (name, value) in ChildEnvironment.Of(options))
            {
                start.Environment[name] = value;
            }

            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return (process, requests, replies);
        }
        catch
        {
            requests.Dispose();
            replies.Dispose();
            throw;
        }
        finally
        {
            // The child has its own copies. While this process holds them too, the pipe stays open when the child ends.
            requests.DisposeLocalCopyOfClientHandle();
            replies.DisposeLocalCopyOfClientHandle();
        }
    }
}
