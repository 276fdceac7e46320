"""How Elasticsearch is reached: keys of `ledger.toml`. Secrets come from the environment or a file, never from it."""

from pydantic import BaseModel, Field

PASSWORD = "HTC_LEDGER_ELASTIC_PASSWORD"
API_KEY = "HTC_LEDGER_ELASTIC_API_KEY"


class ElasticSettings(BaseModel):
    """The part of `Settings` about Elasticsearch."""

    elastic_url: str = Field(
        default="", description="Elasticsearch 9 to write to, such as https://search.example.org:9200; empty: none."
    )
    elastic_prefix: str = Field(
        default="htc-ledger",
        pattern=r"^[a-z0-9][a-z0-9-]{0,63}$",
        description="First part of the names of all indices that are written.",
    )
    elastic_user: str = Field(
        default="", description=f"Account; its password is in {PASSWORD} or in elastic_password_file."
    )
    elastic_password_file: str = Field(default="", description="File that holds the password alone, on one line.")
    elastic_api_key_file: str = Field(
        default="", description=f"File that holds an API key alone, instead of an account; or set {API_KEY}."
    )
    elastic_ca_file: str = Field(
        default="", description="Certificates (PEM) that Elasticsearch's is checked by; empty: the usual ones."
    )
