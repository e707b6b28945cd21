namespace Cluster.Grains.Contracts;

/// <summary>
/// Brings predictions of a job from its nodes to the client that computes its metric, and the numbers back. Keyed by the job's id. Its
/// state is lost with its silo; askers and listeners repeat their calls.
/// </summary>
[Alias("cluster.scores")]
public interface IScoresGrain : IGrainWithStringKey
{
    /// <summary>
    /// Asks for the numbers of predictions and waits up to <paramref name="wait"/> for them; null if they have not come: ask again.
    /// </summary>
    [Alias("ask")]
    Task<GivenScores?> AskAsync(AskedScores asked, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// Waits for numbers like <see cref="AskAsync"/>, for a caller without the predictions; empty ones if they are not asked for any more.
    /// </summary>
    [Alias("await")]
    Task<GivenScores?> AwaitAsync(string predictions, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// Whether an item's work may end without the numbers that it asked for, and be repeated once they are there. Not without end: work
    /// whose predictions differ each time waits for them where it runs.
    /// </summary>
    [Alias("putOff")]
    Task<bool> PutOffAsync(string item);

    /// <summary>What is asked for since; waits up to <paramref name="wait"/> until there is something.</summary>
    /// <param name="after">The number of the last question that the caller was given; 0: none.</param>
    /// <param name="wait">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("listen")]
    Task<HeardScores> ListenAsync(long after, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// Answers what is asked for; ignored if it is not. A problem answers everything that is asked for: it is the metric's, whatever it is
    /// given.
    /// </summary>
    [Alias("give")]
    Task GiveAsync(string predictions, GivenScores scores);
}

/// <summary>Predictions that are to be scored.</summary>
/// <param name="Predictions">The digest of their archive, an artefact.</param>
/// <param name="Set">"evaluation" or "test".</param>
/// <param name="Samples">Number of samples.</param>
[GenerateSerializer]
[Alias("cluster.askedScores")]
public sealed record AskedScores([property: Id(0)] string Predictions, [property: Id(1)] string Set, [property: Id(2)] int Samples);

/// <summary>What a listener is given.</summary>
/// <param name="Asked">Predictions to score, oldest first; some may have been given before.</param>
/// <param name="Last">The number of the last question so far.</param>
/// <param name="Problems">How often a listener has answered with a problem.</param>
[GenerateSerializer]
[Alias("cluster.heardScores")]
public sealed record HeardScores(
    [property: Id(0)] AskedScores[] Asked, [property: Id(1)] long Last, [property: Id(2)] long Problems = 0);

/// <summary>The numbers of predictions, or why there are none.</summary>
/// <param name="Numbers">One, or one for each sample, finite; empty if there is a problem.</param>
/// <param name="Problem">A sentence; null for none.</param>
[GenerateSerializer]
[Alias("cluster.givenScores")]
public sealed record GivenScores([property: Id(0)] double[] Numbers, [property: Id(1)] string? Problem = null);
