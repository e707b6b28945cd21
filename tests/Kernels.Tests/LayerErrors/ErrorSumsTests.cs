namespace Cluster.Kernels.Tests.LayerErrors;

public sealed class ErrorSumsTests
{
    // By hand: errors 0.1, 0.1 and 0.05; 10 log10(14 / 0.0225) dB; aq = 14.05, ‖q‖² = 14.1225.
    [Fact]
    public void Errors_VectorByHand_HasItsFourMeasures()
    {
        var errors = ErrorSums.Of([1, 2, 3], [1.1f, 1.9f, 3.05f]).Errors()!;

        errors.Mse.ShouldBe(0.0225 / 3, 1e-8);
        errors.Mae.ShouldBe(0.25 / 3, 1e-7);
        errors.Cosine!.Value.ShouldBe(0.99920941, 1e-7);
        errors.SqnrDb!.Value.ShouldBe(27.93946, 1e-4);
    }

    [Fact]
    public void Errors_SameTensor_HasNoNoise()
    {
        var errors = ErrorSums.Of([1, -2], [1, -2]).Errors()!;

        errors.ShouldBe(new TensorErrors(0, 0, errors.Cosine, null));
        errors.Cosine!.Value.ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Errors_AllZeros_HasNoDirection()
    {
        ErrorSums.Of([0, 0], [1, 0]).Errors().ShouldBe(new TensorErrors(0.5, 0.5, null, null));
        ErrorSums.Of([3, 4], [0, 0]).Errors().ShouldBe(new TensorErrors(12.5, 3.5, null, 0));
        default(ErrorSums).Errors().ShouldBeNull();
    }

    [Fact]
    public void Errors_OppositeSigns_HaveTheCosineMinusOne() =>
        ErrorSums.Of([0.1f, 0.7f, -3], [-0.1f, -0.7f, 3]).Errors()!.Cosine!.Value.ShouldBe(-1, 1e-12);

    [Fact]
    public void Add_PartsOfATensor_GiveTheWhole()
    {
        var values = Gen.Choose(-1000, 1000).Select(value => value / 64f).Two().ListOf().ToArbitrary();

        Prop.ForAll(values, Gen.Choose(0, 100).ToArbitrary(), (pairs, share) =>
        {
            float[] exact = [.. pairs.Select(pair => pair.Item1)];
            float[] found = [.. pairs.Select(pair => pair.Item2)];
            int cut = exact.Length * share / 100;
            var parts = ErrorSums.Of(exact.AsSpan(0, cut), found.AsSpan(0, cut)) + ErrorSums.Of(exact.AsSpan(cut), found.AsSpan(cut));
            // These numbers and their squares are multiples of 2^-12: all sums are exact.
            return parts == ErrorSums.Of(exact, found);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Errors_AgainstNumpy_AreTheSame()
    {
        float[] exact = Nets.Values(500, 3, 4);
        float[] found = [.. exact.Zip(Nets.Values(500, 4, 0.2), (x, error) => x + error)];

        var errors = ErrorSums.Of(exact, found).Errors()!;

        double[] expected = PythonReference.Run("numpy", """
            a, q = x[:500].astype(np.float64), x[500:].astype(np.float64)
            print(np.mean((a - q) ** 2), np.mean(np.abs(a - q)), np.dot(a, q) / np.linalg.norm(a) / np.linalg.norm(q))
            print(20 * np.log10(np.linalg.norm(a) / np.linalg.norm(a - q)))
            """, [.. exact, .. found]);
        errors.Mse.ShouldBe(expected[0], 1e-12);
        errors.Mae.ShouldBe(expected[1], 1e-12);
        errors.Cosine!.Value.ShouldBe(expected[2], 1e-12);
        errors.SqnrDb!.Value.ShouldBe(expected[3], 1e-9);
    }

    [Fact]
    public void Of_OtherNumberOfElements_IsRefused() =>
        Should.Throw<KernelException>(() => ErrorSums.Of([1], [1, 2])).Message.ShouldContain("1 and 2 elements");
}
