using Cluster.Storage.S3;

namespace Cluster.Storage;

/// <summary>
/// Which jobs a folder or a bucket of artefacts belongs to. A file or object, .cluster, names the cluster and identifies its database: what
/// no job of one database names may be what a job of another needs.
/// </summary>
public sealed class ArtefactOwner
{
    private const string Mark = ".cluster";
    private const int LongestMark = 400;

    private readonly string _place;
    private readonly string _name;
    private readonly Func<CancellationToken, Task<string?>> _read;
    private readonly Func<string, CancellationToken, Task> _write;

    private ArtefactOwner(
        string place, string name, Func<CancellationToken, Task<string?>> read, Func<string, CancellationToken, Task> write) =>
        (_place, _name, _read, _write) = (place, name, read, write);

    /// <param name="folder">The folder of the artefacts, which is made if it is missing.</param>
    /// <param name="name">The cluster's name with the identity of its database, NAME@IDENTITY.</param>
    public static ArtefactOwner OfFolder(string folder, string name)
    {
        string path = Path.Combine(folder, Mark);
        return new ArtefactOwner(
            folder,
            name,
            async cancellation => File.Exists(path) ? await File.ReadAllTextAsync(path, cancellation) : null,
            (text, _) =>
            {
                DurableFolder.Create(folder);
                AtomicFile.WriteAmongOthers(path, Encoding.UTF8.GetBytes(text));
                return Task.CompletedTask;
            });
    }

    /// <param name="bucket">The bucket; its owner disposes of it.</param>
    /// <param name="name">The cluster's name with the identity of its database, NAME@IDENTITY.</param>
    public static ArtefactOwner OfBucket(BucketClient bucket, string name) => new(
        bucket.ToString(),
        name,
        async cancellation =>
        {
            string? text = null;
            await bucket.ReadAsync(
                Mark,
                async content =>
                {
                    using var reader = new StreamReader(content, Encoding.UTF8);
                    text = await reader.ReadToEndAsync(cancellation);
                },
                cancellation);
            return text;
        },
        (text, cancellation) => bucket.PutAsync(Mark, text, cancellation));

    /// <summary>Marks artefacts that have no owner yet, and refuses those of another.</summary>
    /// <param name="from">The owner, as its mark names it, whose artefacts are taken over; null: none.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="JobException">They belong to another database, or the place cannot be used.</exception>
    public async Task ClaimAsync(string? from, CancellationToken cancellationToken)
    {
        try
        {
            if (await FoundAsync(cancellationToken) is not { } found || found == from)
            {
                await _write($"{_name}\n", cancellationToken);
            }

            // Read again: another may have been first.
            await RequireAsync(cancellationToken);
        }
        catch (StoreUnavailableException away)
        {
            throw new JobException(away.Message, away);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new JobException(
                $"{_place}, the folder of artefacts, cannot be used ({failure.Message}): let this user read and write it.", failure);
        }
    }

    /// <summary>Refuses artefacts of another.</summary>
    /// <exception cref="ForeignArtefactsException">They belong to another database, or the mark is gone.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        string? found = await FoundAsync(cancellationToken);
        if (found is null)
        {
            throw new ForeignArtefactsException(
                $"{_place} has no {Mark} any more, which said that its artefacts are those of {_name}: see whether it is the right place, "
                + "and start this server again.");
        }

        // People may rename a cluster.
        if (Identity(found) != Identity(_name))
        {
            throw new ForeignArtefactsException(
                $"The artefacts in {_place} are those of {found}, says its {Mark}, but the jobs here are those of {_name}: give "
                + $"--artefacts of their own, or, once no silo or gateway of {found} runs, start with --take-artefacts-of {found}.");
        }
    }

    private async Task<string?> FoundAsync(CancellationToken cancellationToken) =>
        await _read(cancellationToken) is not { } text ? null : text.Length <= LongestMark ? text.Trim() : text[..LongestMark].Trim();

    private static string Identity(string name) => name[(name.LastIndexOf('@') + 1)..];
}

/// <summary>Artefacts are not known to be those of this database's jobs, so none may be removed.</summary>
public sealed class ForeignArtefactsException(string message) : JobException(message);
