namespace Cluster.Silo.Hosting;

/// <summary>Has the client of a job score its predictions: they are an artefact of its tenant until then.</summary>
internal sealed partial class ClientScores(
    IGrainFactory grains,
    IJobStore store,
    IArtefactStore artefacts,
    IArtefactClaims claims,
    GrainOptions options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ClientScores> logger)
{
    /// <summary>The predictions' digest, and the numbers or the client's problem; null if the work is put off until then.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="asked">The predictions.</param>
    /// <param name="cancellationToken">The work has ended.</param>
    /// <exception cref="JobException">They cannot be brought to the client now.</exception>
    /// <exception cref="IOException">The same.</exception>
    public async Task<(string Predictions, GivenScores? Given)> AskAsync(string job, ScoreReply asked, CancellationToken cancellationToken)
    {
        string? digest = null;
        bool isPutOff = false;
        try
        {
            var entry = await store.FindAsync(job, cancellationToken) ?? throw new JobException($"The job {job} was deleted.");
            var scores = grains.GetGrain<IScoresGrain>(job);
            bool isAsked = false;
            while (true)
            {
                // Again after a wait: another node that asked for the same may have removed them.
                if (digest is null || await artefacts.SizeAsync(digest, cancellationToken) is null)
                {
                    digest = await BringAsync(asked.File, TenantName.Of(entry), cancellationToken);
                }

                var given = await AnswerAsync(
                    stop => isAsked
                        ? scores.AwaitAsync(digest, options.LongestWait, stop)
                        : scores.AskAsync(new AskedScores(digest, asked.Set, asked.Samples), options.LongestWait, stop),
                    cancellationToken);
                if (given is { Numbers: not [] } or { Problem: not null })
                {
                    return (digest, given);
                }

                // The grain may have been lost, with what it was asked.
                isAsked = given is null;
                isPutOff = isAsked && asked.Item is { } item && await MayPutOffAsync(scores, item, cancellationToken);
                if (isPutOff)
                {
                    _ = RemoveOnceScoredAsync(scores, digest);
                    return (digest, null);
                }
            }
        }
        finally
        {
            if (digest is not null && !isPutOff)
            {
                await RemoveAsync(digest);
            }
        }
    }

    private async Task<string> BringAsync(string file, string tenant, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file);
        string digest = await artefacts.PutAsync(content, cancellationToken);
        await claims.ClaimAsync(digest, tenant, cancellationToken);
        return digest;
    }

    private async Task<GivenScores?> AnswerAsync(Func<CancellationToken, Task<GivenScores?>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(cancellationToken).WaitAsync(options.LongestWait + options.CallMargin, time, cancellationToken);
        }
        catch (Exception lost) when (GrainFailure.IsTransient(lost))
        {
            // Its silo was lost: the grain is active on another when it is asked again.
            await Task.Delay(options.CallMargin, time, cancellationToken);
            return null;
        }
    }

    private async Task<bool> MayPutOffAsync(IScoresGrain scores, string item, CancellationToken cancellationToken)
    {
        try
        {
            return await scores.PutOffAsync(item).WaitAsync(options.LongestWait + options.CallMargin, time, cancellationToken);
        }
        catch (Exception lost) when (GrainFailure.IsTransient(lost))
        {
            return false;
        }
    }

    // If the repeated work finds no numbers after all, it brings them again.
    private async Task RemoveOnceScoredAsync(IScoresGrain scores, string digest)
    {
        try
        {
            while (await AnswerAsync(stop => scores.AwaitAsync(digest, options.LongestWait, stop), lifetime.ApplicationStopping) is null)
            {
                // Not yet.
            }

            await RemoveAsync(digest);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            LogLeft(digest, "the silo stops");
        }
    }

    private async Task RemoveAsync(string digest)
    {
        try
        {
            if (await artefacts.RemoveAsync(digest, DateTimeOffset.MaxValue, CancellationToken.None))
            {
                await claims.ForgetAsync(digest, CancellationToken.None);
            }
        }
        catch (Exception unavailable) when (unavailable is JobException or IOException)
        {
            // The collection of files that no job names removes it.
            LogLeft(digest, unavailable.Message);
        }
    }

    [LoggerMessage(
        EventId = 2208,
        EventName = "predictions.left",
        Level = LogLevel.Warning,
        Message = "Predictions {Digest} could not be removed and will be: {Problem}")]
    private partial void LogLeft(string digest, string problem);
}
