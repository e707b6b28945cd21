using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>Uploads and downloads of files.</summary>
[Authorize(Roles = nameof(Role.Read))]
internal sealed class ArtefactGrpcService(
    IArtefactStore store,
    IArtefactClaims claims,
    ArtefactAccess access,
    TenantQuotas quotas,
    ApiOptions options,
    CollectionCalls collection,
    SiloMetrics metrics,
    TransferLimits limits,
    TimeProvider time) : V1.ArtefactService.ArtefactServiceBase
{
    private const int ChunkLength = 1 << 18;

    [Authorize(Roles = nameof(Role.Submit))]
    public override async Task<V1.UploadArtefactResponse> UploadArtefact(
        IAsyncStreamReader<V1.UploadArtefactRequest> requestStream, ServerCallContext context)
    {
        EarlyAnswers.Expect(context, isEarly: true);
        string tenant = CallerTenant.Of(context);
        using var place = limits.Uploads.Enter(CallerTenant.ShareOf(context));
        using var own = quotas.EnterStream(tenant);
        var requests = new PacedUpload(requestStream, options.UploadGrace, time);
        var header = await HeaderAsync(requests, context.CancellationToken);

        // A file that only another tenant has stored must be sent all the same: knowing a digest does not prove knowing the bytes.
        bool existed = await access.MayReadAsync(header.Sha256, tenant, context.CancellationToken)
            && await IsIntactAsync(header, context.CancellationToken);
        if (!existed)
        {
            await quotas.RequireRoomAsync(tenant, header.Sha256, header.SizeBytes, context.CancellationToken);
            await StoreAsync(requests, header, context.CancellationToken);
            EarlyAnswers.Expect(context, isEarly: false);
        }

        // Others may have found room for theirs at the same time: of those, the ones that end last are refused, and swept later.
        await using var alone = await quotas.LockUploadsAsync(context.CancellationToken);
        if (!existed)
        {
            await quotas.RequireRoomAsync(tenant, header.Sha256, header.SizeBytes, context.CancellationToken);
        }

        await claims.ClaimAsync(header.Sha256, tenant, context.CancellationToken);

        return new V1.UploadArtefactResponse { Artefact = ArtefactMapping.Artefact(header.Sha256, header.SizeBytes), Existed = existed };
    }

    public override async Task DownloadArtefact(
        V1.DownloadArtefactRequest request, IServerStreamWriter<V1.DownloadArtefactResponse> responseStream, ServerCallContext context)
    {
        var sha256 = Names.Sha256(request.Name)
            ?? throw ApiError.Field(
                Reason.RequestInvalid,
                "name",
                $"The name is \"{Names.Short(request.Name)}\" where \"artefacts/{{sha256}}\" is expected: give the name of an artefact.");
        if (request.Offset < 0)
        {
            throw ApiError.Field(
                Reason.RequestInvalid,
                "offset",
                $"The offset must be 0 or more, not {request.Offset}: give the number of bytes that are there already.");
        }

        string tenant = CallerTenant.Of(context);
        using var place = limits.Downloads.Enter(CallerTenant.ShareOf(context));
        using var own = quotas.EnterStream(tenant);
        if (!await access.MayReadAsync(sha256, tenant, context.CancellationToken))
        {
            throw Unknown(sha256);
        }

        await using var file = await OpenAsync(sha256, context.CancellationToken);
        if (request.Offset > file.Length)
        {
            throw ApiError.Of(
                StatusCode.OutOfRange,
                Reason.OffsetBeyondEnd,
                $"The offset is {request.Offset} where the artefact has {file.Length} bytes: begin again.",
                ("size_bytes", $"{file.Length}"));
        }

        await responseStream.WriteAsync(
            new V1.DownloadArtefactResponse { Artefact = ArtefactMapping.Artefact(sha256, file.Length) }, context.CancellationToken);
        await SendAsync(file, sha256, request.Offset, responseStream, context.CancellationToken);
    }

    [Authorize(Roles = nameof(Role.Admin))]
    public override Task<V1.CollectArtefactsResponse> CollectArtefacts(V1.CollectArtefactsRequest request, ServerCallContext context) =>
        collection.CollectAsync(request, CallerTenant.Of(context), context.CancellationToken);

    private async Task<V1.UploadArtefactHeader> HeaderAsync(
        IAsyncStreamReader<V1.UploadArtefactRequest> requests, CancellationToken cancellationToken)
    {
        if (!await requests.MoveNext(cancellationToken) || requests.Current.Header is not { } header)
        {
            throw ApiError.Of(
                StatusCode.InvalidArgument,
                Reason.HeaderMissing,
                "The upload does not begin with a header where one is expected: send digest and size first.");
        }

        if (!StoredArtefact.IsDigest(header.Sha256))
        {
            throw ApiError.Field(
                Reason.RequestInvalid,
                "header.sha256",
                $"The digest must be 64 lower-case hexadecimal digits, not \"{Names.Short(header.Sha256)}\": give the "
                + "SHA-256 of the file.");
        }

        if (header.SizeBytes < 0)
        {
            throw ApiError.Field(
                Reason.RequestInvalid,
                "header.size_bytes",
                $"The size must be 0 or more, not {header.SizeBytes}: give the file's size in bytes.");
        }

        return header.SizeBytes <= options.MaxArtefactBytes ? header : throw ApiError.Of(
            StatusCode.ResourceExhausted,
            Reason.ArtefactTooLarge,
            $"The file has {header.SizeBytes} bytes where at most {options.MaxArtefactBytes} are taken: send "
            + "less, or ask for a higher limit.",
            ("limit_bytes", $"{options.MaxArtefactBytes}"));
    }

    // The upload replaces a damaged file: uploading again repairs it.
    private async Task<bool> IsIntactAsync(V1.UploadArtefactHeader header, CancellationToken cancellationToken)
    {
        if (await store.SizeAsync(header.Sha256, cancellationToken) != header.SizeBytes)
        {
            return false;
        }

        try
        {
            await using var file = await store.OpenAsync(header.Sha256, cancellationToken);

            // Its uploader will name it soon: it counts as new.
            await store.TouchAsync(header.Sha256, cancellationToken);
            return true;
        }
        catch (JobException)
        {
            return false;
        }
    }

    private async Task StoreAsync(
        IAsyncStreamReader<V1.UploadArtefactRequest> requests, V1.UploadArtefactHeader header, CancellationToken cancellationToken)
    {
        await using var content = new UploadStream(requests, header);
        try
        {
            await store.PutAsync(content, cancellationToken);
        }
        finally
        {
            metrics.Received(content.Received);
        }
    }

    private async Task<Stream> OpenAsync(string sha256, CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenUncheckedAsync(sha256, cancellationToken);
        }
        catch (JobException)
        {
            throw Unknown(sha256);
        }
    }

    private static RpcException Unknown(string sha256) => ApiError.Of(
        StatusCode.NotFound,
        Reason.ArtefactUnknown,
        $"There is no artefact {sha256}: upload it, or run the job that makes it.",
        ("artefact", Names.Artefact(sha256)));

    private async Task SendAsync(
        Stream file,
        string sha256,
        long offset,
        IServerStreamWriter<V1.DownloadArtefactResponse> responses,
        CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ChunkLength];
        var left = offset;
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
        {
            // The part that the reader already has is hashed too: the digest covers the whole file.
            hash.AppendData(buffer, 0, read);
            var known = (int)Math.Min(left, read);
            left -= known;
            if (read > known)
            {
                await responses.WriteAsync(
                    new V1.DownloadArtefactResponse { Chunk = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(known, read - known)) },
                    cancellationToken);
                metrics.Sent(read - known);
            }
        }

        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!string.Equals(digest, sha256, StringComparison.Ordinal))
        {
            throw ApiError.Of(
                StatusCode.DataLoss,
                Reason.ArtefactCorrupt,
                $"The stored bytes have the digest {digest} where {sha256} is expected: they were changed or damaged, upload the "
                + "file again or run its job again.",
                ("found", digest));
        }
    }
}
