namespace Orleans;

/// <summary>Which members count as annotated without <see cref="IdAttribute"/>.</summary>
public enum GenerateFieldIds
{
    None,
    PublicProperties,
}
