namespace Cluster.Silo.Tests.Workers;

/// <summary>Real child processes for tests.</summary>
internal static class Children
{
    public static NodeFolders Folders(WorkFolder folder) => new(folder["artefacts"], folder["cache"]);

    /// <summary>The program that plays synthetic jobs too.</summary>
    public static ChildCommand Command { get; } = ChildCommand.Of(typeof(SyntheticWorkbench).Assembly);

    public static WorkerOptions Options(WorkFolder folder) =>
        new() { Folders = Folders(folder), Command = Command, WatchEvery = TimeSpan.FromMilliseconds(50) };

    /// <summary>Waits until the child has taken its item up.</summary>
    public static async Task BusyAsync(ChildProcessWorker worker, CancellationToken cancellation)
    {
        while (worker.Stage is not Cluster.Evaluation.Setup.WorkStage.Running)
        {
            cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Whether a process is there and is no zombie.</summary>
    public static bool IsAlive(int process)
    {
        try
        {
            string status = File.ReadAllText($"/proc/{process}/stat");
            return status[(status.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
