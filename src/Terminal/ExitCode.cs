using Cluster.Coordinator.Results;

namespace Cluster.Terminal;

/// <summary>The exit codes of every verb: the same kind of end has the same code. The guide's table is <see cref="All"/>.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed; a line on standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Something that is named or needed does not exist.</summary>
    public const int NotFound = 3;

    /// <summary>A file may not be read or written, or the server refused access.</summary>
    public const int Denied = 4;

    /// <summary>Another machine cannot be reached, or did not answer in time.</summary>
    public const int Unavailable = 5;

    /// <summary>Nothing that was found is faster and accurate enough.</summary>
    public const int NothingFeasible = 6;

    /// <summary>The job waits for labels that a person has to give; it goes on with them.</summary>
    public const int Waiting = 7;

    /// <summary>Whether the result is faster than FP32 is unclear: the machine was busy.</summary>
    public const int Unclear = 8;

    /// <summary>What FP32 answers proves that the data are wrong.</summary>
    public const int DataDoubted = 9;

    /// <summary>128 + SIGINT, as in shells.</summary>
    public const int Interrupted = 130;

    /// <summary>Every code with its meaning, in Markdown.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Done, "done; of a job: `accepted`, there is a network to deploy"),
        (Failed, "failed: a file's content, a job's state, a server's refusal, a cancelled job, or a check that found something; one line "
            + "on standard error says what was found, what was expected, what to do"),
        (Usage, "the command line: an unknown option, value, target or group, options that contradict, an output that is taken"),
        (NotFound, "a file, folder, job, node or profile does not exist"),
        (Denied, "a file or folder may not be read or written, or the server denies the call"),
        (Unavailable, "another machine cannot be reached, or did not answer in time"),
        (
            NothingFeasible,
            "`nothingFasterAccurate`: nothing that was found is faster and accurate enough, or within the budgets: FP32 stays, and the "
            + "report says what to ask for"),
        (Waiting, "the job waits for [labels](labels.md), and goes on with them"),
        (
            Unclear,
            "`unclear`: whether the network is faster than FP32 is unclear, as the machine was busy: the report says how to time again"),
        (
            DataDoubted,
            "`dataDoubted`: the data are proved to be wrong for the network: stopped, with the mend, or done in spite of it with "
            + "`--doubts ignore`"),
        (Interrupted, "interrupted; the line says how to go on"),
    ];

    /// <summary>The code of a job's verdict, `verdict.kind` in its result.</summary>
    public static int Of(VerdictKind verdict) => verdict switch
    {
        VerdictKind.Unclear => Unclear,
        VerdictKind.NothingFasterAccurate => NothingFeasible,
        VerdictKind.DataDoubted => DataDoubted,
        _ => Done,
    };

    /// <summary>The code of a request's fault.</summary>
    public static int Of(JobFault fault) => fault switch
    {
        JobFault.Request => Usage,
        JobFault.Missing => NotFound,
        JobFault.Bounds => NothingFeasible,
        JobFault.Unreachable => Unavailable,
        JobFault.Data => DataDoubted,
        _ => Failed,
    };
}
