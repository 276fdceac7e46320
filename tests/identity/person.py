"""A person with a browser of their own: cookies, redirects that are followed, forms that are sent."""

import re
from urllib.parse import urljoin

import httpx

PAGE = {"Accept": "text/html,application/xhtml+xml"}
_FORM = re.compile(r'<form[^>]*action="([^"]+)"', re.IGNORECASE)
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"', re.IGNORECASE)


class Person:
    """`name` is what they type at the provider. Use it as a context."""

    def __init__(self, address: str, name: str) -> None:
        self.address, self.name = address, name
        self.visited: list[str] = []
        self._http = httpx.Client(headers=PAGE, timeout=60)

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_given: object) -> None:
        self._http.close()

    @property
    def cookies(self) -> httpx.Cookies:
        """What their browser keeps."""
        return self._http.cookies

    def get(self, path: str, **headers: str) -> httpx.Response:
        """One request to the ledger; redirects are not followed."""
        return self._http.get(urljoin(self.address, path), headers=headers)

    def post(self, path: str, **headers: str) -> httpx.Response:
        """One request that changes something; redirects are not followed."""
        return self._http.post(urljoin(self.address, path), headers={"Origin": self.address, **headers})

    def open(self, path: str) -> httpx.Response:
        """Open a page of the ledger; log in at the provider if it asks for that."""
        return self.follow(self.get(path))

    def come_back(self, path: str) -> str:
        """Log in at the provider, and stop before the ledger's own address is opened with what it sends: that."""
        return str(self.follow(self.get(path), stop_at="/login/callback").headers["location"])

    def follow(self, answer: httpx.Response, stop_at: str = "\0") -> httpx.Response:
        """Go on from an answer: redirects and the provider's forms, until a page of the ledger."""
        for _ in range(20):
            location = answer.headers.get("location")
            if location is not None:
                if stop_at in location:
                    return answer
                answer = self._visit(urljoin(str(answer.url), location))
            elif str(answer.url).startswith(self.address):
                return answer
            else:
                answer = self._send_form(answer)
        raise AssertionError(f"led in circles: {self.visited}")

    def _visit(self, url: str) -> httpx.Response:
        self.visited.append(url)
        return self._http.get(url)

    def _send_form(self, answer: httpx.Response) -> httpx.Response:
        form = _FORM.search(answer.text)
        assert form is not None, f"{answer.status_code} {answer.url}: {answer.text[:2000]}"
        fields = {**dict(_HIDDEN.findall(answer.text)), "login": self.name, "password": "x", "logout": "yes"}
        return self._http.post(urljoin(str(answer.url), form[1]), data=fields)
