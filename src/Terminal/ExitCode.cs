namespace Cluster.Terminal;

/// <summary>The program's exit codes.</summary>
public static class ExitCode
{
    /// <summary>Succeeded. For `run`: the search ended with a network to deploy; FP32 if nothing quantized is faster.</summary>
    public const int Done = 0;

    /// <summary>Failed; a line on standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A file, folder, profile or job that the command line names does not exist.</summary>
    public const int NotFound = 3;

    /// <summary>A file may not be read or written, or the server refused access.</summary>
    public const int Denied = 4;

    /// <summary>The server cannot be reached, or did not answer in time.</summary>
    public const int Unavailable = 5;

    /// <summary>
    /// The search ended, and nothing meets its bounds: the result and its report are written, and there is nothing to deploy.
    /// </summary>
    public const int NothingFeasible = 6;

    /// <summary>The job waits for labels that a person has to give; it goes on with them.</summary>
    public const int Waiting = 7;

    /// <summary>128 + SIGINT, as in shells.</summary>
    public const int Interrupted = 130;
}
